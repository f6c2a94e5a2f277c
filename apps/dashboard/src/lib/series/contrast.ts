import { align, ratio } from "./arithmetic.ts";
import { exceededSince } from "./exceeded.ts";
import type { Exceeded } from "./exceeded.ts";
import { gridOfSeries } from "./series.ts";
import type { GridSeries } from "./series.ts";

/** How the end of a series stands against that of its base. */
export interface Contrast {
  /** The medians of the newest points that both have. */
  readonly value: number;
  readonly base: number;
  /** How many times its base a series is; NaN over nothing. */
  readonly times: number;
  /** Since when it has been at least half as far from its base, in doublings, as it is now. */
  readonly since: Exceeded | undefined;
}

/** So many points at the end are looked at, so that one of them decides nothing. */
const NEWEST = 5;

/** Compares the ends of two series; undefined where not both have one. */
export function contrastOf(series: GridSeries, base: GridSeries): Contrast | undefined {
  const others = align(base, gridOfSeries(series)).values;
  const first = Math.max(series.values.length - NEWEST, 0);
  const pairs = Array.from(series.values.subarray(first), (value, index) => ({
    value,
    base: others[first + index] ?? Number.NaN,
  })).filter((pair) => !Number.isNaN(pair.value) && !Number.isNaN(pair.base));
  if (pairs.length === 0) return undefined;
  const value = median(pairs.map((pair) => pair.value));
  const under = median(pairs.map((pair) => pair.base));
  const times = under === 0 ? Number.NaN : value / under;
  return { value, base: under, times, since: farSince(series, base, value, times) };
}

function farSince(
  series: GridSeries,
  base: GridSeries,
  value: number,
  times: number,
): Exceeded | undefined {
  if (Number.isNaN(times)) return value > 0 ? exceededSince(series, value / 2) : undefined;
  if (times > 1) return exceededSince(ratio(series, base), Math.sqrt(times));
  if (times > 0 && times < 1) return exceededSince(ratio(base, series), Math.sqrt(1 / times));
  return undefined;
}

/** The value in the middle; of an even number the mean of the two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
