import type { RangeAnswer } from "../api/prometheus.ts";
import type { ChartSeries, LineKind } from "../charts/types.ts";
import { QUANTILES } from "../lib/promql/catalogue.ts";
import type { Panel } from "./panel-defs.ts";
import { nameOf } from "./scope.ts";
import type { Scope } from "./scope.ts";

/** A panel's answers by the names of its questions. */
export type Answers = Readonly<Record<string, RangeAnswer>>;

/**
 * The lines of a panel, in the environments' order. While a new question is under way the answers
 * are those of the last one: what they are says their own names.
 */
export function linesOf({ kind, by }: Panel, answers: Answers, scope: Scope): ChartSeries[] {
  const all = Object.entries(answers);
  const parts = by && partsOf(answers, by);
  const isLone = all.length === 1;
  return scope.environments.flatMap((environment) =>
    all.flatMap(([question, { series }]) => {
      const lines = series
        .filter(({ labels }) => labels["environment"] === environment.name)
        .map((data): ChartSeries => {
          const part = by && data.labels[by];
          return {
            id: [isLone ? [] : question, environment.name, part ?? []].flat().join("."),
            name: part ?? (isLone ? nameOf(environment, scope) : question),
            slot: environment.slot,
            shade: parts && part !== undefined ? parts.indexOf(part) + 1 : undefined,
            kind: isLone ? kind : kindOf(question, kind),
            isPlain: scope.only !== undefined,
            data,
          };
        });
      return lines.toSorted((one, other) => (one.shade ?? 0) - (other.shade ?? 0));
    }),
  );
}

/** All values of a label, in an order that stays when others come and go. */
function partsOf(answers: Answers, label: string): string[] {
  const all = Object.values(answers).flatMap(({ series }) => series);
  const values = all.flatMap(({ labels }) => labels[label] ?? []);
  return [...new Set(values)].toSorted();
}

function kindOf(question: string, otherwise: LineKind): LineKind {
  return QUANTILES.find((quantile) => quantile === question) ?? otherwise;
}
