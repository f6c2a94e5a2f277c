import { seriesRows } from "../charts/series-rows.ts";
import type { ChartSeries } from "../charts/types.ts";
import type { Cell } from "../lib/csv.ts";
import { tableOf } from "../lib/series/table.ts";
import type { Zone } from "../lib/time/zone.ts";
import type { Answers } from "./lines.ts";
import type { Panel } from "./panel-defs.ts";
import type { Scope } from "./scope.ts";

export type Pair = readonly [word: string, meaning: string | number];

/** A panel's lines as they are drawn, below what they are. */
export function panelRows(
  panel: Panel,
  scope: Scope,
  answers: Answers,
  series: readonly ChartSeries[],
  zone: Zone,
): Cell[][] {
  const queries = Object.values(answers).map(({ expression }): Pair => ["query", expression]);
  return seriesRows(
    [["panel", panel.title], ...aboutScope(scope), ...queries, ...aboutAnswers([answers], zone)],
    series,
    zone,
  );
}

/** A panel with its answers, or with why it has none. */
export interface Asked {
  readonly panel: Panel;
  readonly answers: Answers | string;
  /** How long before the range it was asked about: "1 h before"; undefined for the range itself. */
  readonly before?: string | undefined;
}

/**
 * All panels in long form, one row a value. What they have in common and what each of them asks
 * stands once above them, in comments of one cell. What is of an earlier time stands at the times of the range.
 */
export function pageRows(scope: Scope, asked: readonly Asked[], zone: Zone): Cell[][] {
  const failures = asked.flatMap(({ panel, answers, before }): Pair[] =>
    typeof answers === "string"
      ? [["warning", `${withBefore(panel.title, before)} is missing: ${answers}`]]
      : [],
  );
  const answered = asked.flatMap(({ panel, answers, before }) =>
    typeof answers === "string" ? [] : [{ panel, answers, before }],
  );
  const about = [
    ...aboutScope(scope),
    ...aboutAnswers(
      answered.map(({ answers }) => answers),
      zone,
    ),
    ...failures,
  ].map(([word, meaning]) => [`# ${word}: ${meaning}`]);
  const drawn = answered.flatMap(({ panel: { title, unit }, answers, before }) =>
    Object.entries(answers).map(([query, { expression, series }]) => ({
      panel: title,
      query: withBefore(query, before),
      expression,
      unit,
      series,
    })),
  );
  const queries = drawn.map(({ panel, query, expression }) => [
    `# panel: ${panel}, query: ${query}, PromQL: ${expression}`,
  ]);
  return [...about, ...queries, ...tableOf(drawn, zone)];
}

/** As the legend names a line of an earlier time. */
function withBefore(name: string, before: string | undefined): string {
  return before === undefined ? name : `${name}, ${before}`;
}

function aboutScope({ environments, plane }: Scope): Pair[] {
  const names = environments.map(({ name }) => name).join(" ");
  return [["environment", names], ...(plane ? [["data_plane", plane.id] as const] : [])];
}

/** How finely answers are, and what is missing from them. */
export function aboutAnswers(all: readonly Answers[], zone: Zone): Pair[] {
  const answers = all.flatMap((each) => Object.values(each));
  const step = answers[0]?.grid.step;
  const warnings = new Set(answers.flatMap(({ partial }) => partial));
  return [
    ...(step === undefined ? [] : [["step_seconds", step] as const]),
    ["timezone", zone ?? "UTC"],
    ...[...warnings].map((text) => ["warning", text] as const),
  ];
}
