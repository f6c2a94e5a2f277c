import { seriesRows } from "../../charts/series-rows.ts";
import type { ChartSeries } from "../../charts/types.ts";
import type { Cell } from "../../lib/csv.ts";
import { tableOf } from "../../lib/series/table.ts";
import type { Answers } from "./lines.ts";
import type { Panel } from "./panel-defs.ts";
import type { Scope } from "./scope.ts";

type Pair = readonly [word: string, meaning: string | number];

/** A panel's lines as they are drawn, below what they are. */
export function panelRows(
  panel: Panel,
  scope: Scope,
  answers: Answers,
  series: readonly ChartSeries[],
): Cell[][] {
  const queries = Object.values(answers).map(({ expression }): Pair => ["query", expression]);
  return seriesRows(
    [["panel", panel.title], ...aboutScope(scope), ...queries, ...aboutAnswers([answers])],
    series,
  );
}

/** A panel with its answers, or with why it has none. */
export interface Asked {
  readonly panel: Panel;
  readonly answers: Answers | string;
}

/** All panels in long form, one row a value with its PromQL, below what they have in common. */
export function pageRows(scope: Scope, asked: readonly Asked[]): Cell[][] {
  const failures = asked.flatMap(({ panel, answers }): Pair[] =>
    typeof answers === "string" ? [["warning", `${panel.title} is missing: ${answers}`]] : [],
  );
  const answered = asked.flatMap(({ panel, answers }) =>
    typeof answers === "string" ? [] : [{ panel, answers }],
  );
  const queries = answered.flatMap(({ panel, answers }) =>
    Object.values(answers).map(({ expression }) => ["query", panel.title, expression]),
  );
  const about = [
    ...aboutScope(scope),
    ...aboutAnswers(answered.map(({ answers }) => answers)),
    ...failures,
  ];
  const drawn = answered.flatMap(({ panel: { title, unit }, answers }) =>
    Object.values(answers).map(({ expression, series }) => ({
      panel: title,
      expression,
      unit,
      series,
    })),
  );
  return [...about.map((pair) => [...pair]), ...queries, [], ...tableOf(drawn)];
}

function aboutScope({ environments, plane }: Scope): Pair[] {
  const names = environments.map(({ name }) => name).join(" ");
  return [["environment", names], ...(plane ? [["data_plane", plane.id] as const] : [])];
}

function aboutAnswers(all: readonly Answers[]): Pair[] {
  const answers = all.flatMap((each) => Object.values(each));
  const step = answers[0]?.grid.step;
  const warnings = new Set(answers.flatMap(({ partial }) => partial));
  return [
    ...(step === undefined ? [] : [["step_seconds", step] as const]),
    ["timezone", "UTC"],
    ...[...warnings].map((text) => ["warning", text] as const),
  ];
}
