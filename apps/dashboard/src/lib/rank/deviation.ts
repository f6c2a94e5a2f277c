import type { Signal } from "../promql/catalogue.ts";
import { contrastOf, median } from "../series/contrast.ts";
import type { GridSeries } from "../series/series.ts";
import { UNLIKE, elevation, isTraffic } from "./ratio.ts";
import type { Comparison, Subject } from "./ratio.ts";

/** An environment that deviates in a signal from the others or, in its traffic, from itself. */
export interface Deviation<S extends Subject> extends Comparison<S> {
  /** How far, in robust deviations; alike is less than `DEVIATES`. */
  readonly score: number;
  /** Who it is compared with. */
  readonly against: Against<S>;
}

export type Against<S extends Subject> =
  | { readonly kind: "other"; readonly other: S }
  /** The median of so many. `typical` is the environment that is nearest to it. */
  | { readonly kind: "median"; readonly typical: S }
  | { readonly kind: "earlier" };

/** The lines of an environment; `earlier` is its traffic one range before, on the same points. */
export interface Lines<S extends Subject> {
  readonly environment: S;
  readonly line: (signal: Signal) => GridSeries | undefined;
  readonly earlier: GridSeries | undefined;
}

/** From how many robust deviations on somebody differs. */
const DEVIATES = 3;

/** What is added to every spread, so that among equals half as much again is what differs. */
const FLOOR = UNLIKE / DEVIATES;

/** Makes the median absolute deviation that of a normal distribution. */
const NORMAL = 1.4826;

/** So many environments have a spread; fewer are compared by plain ratios. */
const CROWD = 4;

/** Errors hurt more than waiting does, and traffic may have its reasons. */
const WEIGHT: Readonly<Partial<Record<Signal, number>>> = { errors: 2, p95: 1.5, requests: 1 };

/** What deviates, the worst first. Fewer errors and less latency than others harm nobody. */
export function deviationsOf<S extends Subject>(all: readonly Lines<S>[]): Deviation<S>[] {
  const found = [
    ...amongOthers(all, "errors"),
    ...amongOthers(all, "p95"),
    ...all.flatMap(ofTraffic),
  ];
  return found
    .filter((one) => one.score >= DEVIATES && (isTraffic(one.signal) || elevation(one) > 0))
    .toSorted((one, other) => weigh(other) - weigh(one));
}

function weigh(one: Deviation<Subject>): number {
  return one.score * (WEIGHT[one.signal] ?? 1);
}

function amongOthers<S extends Subject>(all: readonly Lines<S>[], signal: Signal): Deviation<S>[] {
  const present = all.flatMap(({ environment, line }) => {
    const series = line(signal);
    return series === undefined ? [] : [{ environment, series }];
  });
  if (present.length < 2) return [];
  const middle = medianSeries(present.map(({ series }) => series));
  const compared = present.flatMap(({ environment, series }) => {
    const rival = present.length === 2 ? present.find((one) => one.series !== series) : undefined;
    const contrast = contrastOf(series, rival?.series ?? middle);
    const one = contrast && { environment, signal, contrast, rival: rival?.environment };
    return one && Number.isFinite(elevation(one)) ? [one] : [];
  });
  const levels = compared.map(elevation);
  const centre = compared.length >= CROWD ? median(levels) : 0;
  const spread = compared.length >= CROWD ? deviation(levels, centre) : 0;
  const typical = compared.toSorted(
    (one, other) => Math.abs(elevation(one)) - Math.abs(elevation(other)),
  )[0];
  return compared.flatMap(({ rival, ...one }) => {
    if (typical === undefined) return [];
    const against: Against<S> =
      rival === undefined
        ? { kind: "median", typical: typical.environment }
        : { kind: "other", other: rival };
    return [{ ...one, against, score: scoreOf(elevation(one), centre, spread) }];
  });
}

/** Traffic is compared with that of the range before, and with how it varied then. */
function ofTraffic<S extends Subject>({ environment, line, earlier }: Lines<S>): Deviation<S>[] {
  const series = line("requests");
  const before = earlier?.values.filter((value) => Number.isFinite(value)) ?? new Float64Array();
  if (series === undefined || before.length === 0) return [];
  const usual = median([...before]);
  const contrast = contrastOf(series, { ...series, values: series.values.map(() => usual) });
  if (contrast === undefined || !Number.isFinite(contrast.value)) return [];
  const one = { environment, signal: "requests" as const, contrast };
  const levels = Array.from(before, (value) =>
    elevation({ ...one, contrast: { ...contrast, value } }),
  );
  const score = scoreOf(elevation(one), 0, deviation(levels, median(levels)));
  return [{ ...one, against: { kind: "earlier" }, score }];
}

function scoreOf(level: number, centre: number, spread: number): number {
  return Math.abs(level - centre) / (spread + FLOOR);
}

function deviation(levels: readonly number[], centre: number): number {
  return NORMAL * median(levels.map((level) => Math.abs(level - centre)));
}

/** The median of several series at each point; all stand on one grid. */
function medianSeries(all: readonly GridSeries[]): GridSeries {
  const [first] = all;
  if (first === undefined) throw new Error("there is no median of nothing");
  const values = first.values.map((_, index) =>
    median(
      all.map((one) => one.values[index] ?? Number.NaN).filter((value) => !Number.isNaN(value)),
    ),
  );
  return { ...first, values };
}
