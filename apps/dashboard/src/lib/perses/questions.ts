import { fillPromql } from "./interpolate.ts";
import type { Values } from "./interpolate.ts";
import type { Query } from "./board.ts";

/** What a panel asks, PromQL by name, or which variable is in the way. */
export type Questions =
  | { readonly kind: "questions"; readonly questions: Readonly<Record<string, string>> }
  | { readonly kind: "missing" | "unfit"; readonly name: string };

export function questionsOf(queries: readonly Query[], values: Values): Questions {
  const questions: [name: string, expression: string][] = [];
  for (const [index, { query }] of queries.entries()) {
    const filled = fillPromql(query, values);
    if (filled.kind !== "text") return filled;
    questions.push([questionName(index), filled.text]);
  }
  return { kind: "questions", questions: Object.fromEntries(questions) };
}

/** The name of a panel's question, counted from 0, among its answers. */
export function questionName(index: number): string {
  return `query ${index + 1}`;
}
