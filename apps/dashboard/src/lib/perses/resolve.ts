import { chosenOf, chosenText } from "./choice.ts";
import type { Chosen } from "./choice.ts";
import type { Value, Values } from "./interpolate.ts";
import { optionsOf } from "./options.ts";
import type { Option } from "./options.ts";
import { startOf } from "./source.ts";
import type { Ask } from "./source.ts";
import type { Variable } from "./variables.ts";

/** What is known of what a list asked: its values, why there are none, or nothing yet. */
export type Answer =
  | { readonly kind: "values"; readonly values: readonly string[] }
  | { readonly kind: "failed"; readonly reason: string }
  | undefined;

/** A variable as a board stands. */
export interface Standing {
  readonly variable: Variable;
  readonly options: readonly Option[];
  readonly chosen: Chosen | undefined;
  /** Whether its values are still to come. */
  readonly isWaiting: boolean;
  /** Why it has no value, or not all of its choices. */
  readonly problem?: string | undefined;
}

export interface Standings {
  /** In the template's order. */
  readonly all: readonly Standing[];
  /** Values of all variables that have one. */
  readonly values: Values;
  /** What has to be asked now; further questions may follow from the answers. */
  readonly asks: readonly Ask[];
}

/**
 * Goes through variables in the order in which they need each other, as far as answers are there.
 *
 * Args:
 *   ordered: the variables, each after those that it needs; `variables` are in the template's order.
 *   wanted: what the reader chose of a variable.
 *   answerTo: what is known of a question.
 */
export function resolve(
  variables: readonly Variable[],
  ordered: readonly Variable[],
  builtins: Values,
  wanted: (name: string) => readonly string[],
  answerTo: (ask: Ask) => Answer,
): Standings {
  const values = new Map<string, Value | undefined>(builtins);
  const asks: Ask[] = [];
  const found = new Map<string, Standing>();
  for (const variable of ordered) {
    const standing = standingOf(variable, found, values, wanted(variable.name), (ask) => {
      asks.push(ask);
      return answerTo(ask);
    });
    found.set(variable.name, standing);
    values.set(variable.name, standing.chosen?.value);
  }
  return { all: variables.flatMap(({ name }) => found.get(name) ?? []), values, asks };
}

function standingOf(
  variable: Variable,
  found: ReadonlyMap<string, Standing>,
  values: Values,
  wanted: readonly string[],
  answerTo: (ask: Ask) => Answer,
): Standing {
  const none = { variable, options: [], chosen: undefined, isWaiting: false };
  if (variable.kind === "lost") return { ...none, problem: variable.reason };
  if (variable.kind === "text") {
    return { ...none, chosen: chosenText(variable, wanted[0]) };
  }
  const begin = startOf(variable.source, values);
  switch (begin.kind) {
    case "wrong":
      return { ...none, problem: begin.reason };
    case "unfit":
      return { ...none, problem: `the value of ${begin.name} cannot stand where it is used` };
    case "missing":
      if (found.get(begin.name)?.isWaiting) return { ...none, isWaiting: true };
      return { ...none, problem: `it needs ${begin.name}, which has no value` };
    case "options":
      return chosenAmong(variable, begin.options, wanted);
    case "ask": {
      const answer = answerTo(begin.ask);
      if (answer === undefined) return { ...none, isWaiting: true };
      if (answer.kind === "failed") return { ...none, problem: answer.reason };
      const options = answer.values.map((value) => ({ value, title: value }));
      return chosenAmong(variable, options, wanted);
    }
  }
}

function chosenAmong(
  variable: Variable & { kind: "list" },
  found: readonly Option[],
  wanted: readonly string[],
): Standing {
  const { options, problem } = optionsOf(variable, found);
  const chosen = chosenOf(variable, options, wanted);
  const nothing = chosen.value === undefined ? "there is nothing to choose from" : undefined;
  return { variable, options, chosen, isWaiting: false, problem: problem ?? nothing };
}

/** Why something that uses a variable cannot be had; undefined while it may still come. */
export function lackOf(name: string, { all }: Standings): string | undefined {
  const standing = all.find(({ variable }) => variable.name === name);
  if (standing === undefined) return `There is no variable ${name}.`;
  if (standing.isWaiting) return undefined;
  const reason = standing.problem ?? "none was chosen";
  return `${name} has no value: ${reason.replace(/\.$/, "")}.`;
}
