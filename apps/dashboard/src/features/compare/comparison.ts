import type { ChartSeries } from "../../charts/types.ts";
import type { Environment } from "../../api/configuration.ts";
import type { RangeAnswer } from "../../api/prometheus.ts";
import { SIGNAL_NAMES } from "../../lib/promql/signals.ts";
import type { Signal } from "../../lib/promql/catalogue.ts";
import { difference, ratio } from "../../lib/series/arithmetic.ts";
import { contrastOf } from "../../lib/series/contrast.ts";
import type { GridSeries } from "../../lib/series/series.ts";
import type { Mode } from "../../view/search.ts";
import type { Comparison } from "../../lib/rank/ratio.ts";

export type Answers = Readonly<Record<Signal, RangeAnswer>>;

/** An environment's line of a signal; undefined while it has none. */
function lineOf(answers: Answers, signal: Signal, { name }: Environment): GridSeries | undefined {
  return answers[signal].series.find(({ labels }) => labels["environment"] === name);
}

/** What is drawn of a signal: the lines themselves, or how they stand against the baseline's. */
export function linesOf(
  answers: Answers,
  signal: Signal,
  mode: Mode,
  environments: readonly Environment[],
  base: Environment,
): ChartSeries[] {
  const ground = lineOf(answers, signal, base);
  return environments.flatMap((environment) => {
    const own = lineOf(answers, signal, environment);
    const data = own && against(own, ground, mode, environment === base);
    if (data === undefined) return [];
    const { name, title, slot } = environment;
    const isPlain = mode === "multiples" || environments.length === 1;
    return [{ id: name, name: title, slot, kind: "line" as const, isPlain, data }];
  });
}

function against(
  own: GridSeries,
  ground: GridSeries | undefined,
  mode: Mode,
  isBase: boolean,
): GridSeries | undefined {
  if (mode === "overlay" || mode === "multiples") return own;
  if (ground === undefined || isBase) return undefined;
  return mode === "difference" ? difference(own, ground) : ratio(own, ground);
}

/** At how many points of a line or of its baseline there is no ratio, because one of them is 0. */
export function zeroPoints(
  answers: Answers,
  signal: Signal,
  environments: readonly Environment[],
  base: Environment,
): number {
  const ground = lineOf(answers, signal, base)?.values;
  return environments.reduce((count, environment) => {
    const own = lineOf(answers, signal, environment)?.values;
    if (own === undefined || ground === undefined || environment === base) return count;
    const hasNone = (value: number, index: number) =>
      !Number.isNaN(value + (ground[index] ?? Number.NaN)) && value * (ground[index] ?? 0) === 0;
    return count + own.filter(hasNone).length;
  }, 0);
}

/** How all other environments stand against the baseline, in all signals. */
export function comparisonsOf(
  answers: Answers,
  environments: readonly Environment[],
  base: Environment,
): Comparison<Environment>[] {
  return SIGNAL_NAMES.flatMap((signal) => {
    const ground = lineOf(answers, signal, base);
    return environments.flatMap((environment) => {
      const own = environment === base ? undefined : lineOf(answers, signal, environment);
      const contrast = own && ground && contrastOf(own, ground);
      return contrast ? [{ environment, signal, contrast }] : [];
    });
  });
}
