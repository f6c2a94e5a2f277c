import { valueAt } from "./sample.ts";
import type { ChartSeries } from "./types.ts";

export const MOST_ROWS = 12;

export interface TooltipRow {
  readonly series: ChartSeries;
  readonly value: number;
}

export interface TooltipRows {
  readonly rows: readonly TooltipRow[];
  /** How many series with a value at this time are not among the rows. */
  readonly left: number;
}

const largest = (a: TooltipRow, b: TooltipRow) => b.value - a.value;

/**
 * The values at a time, the largest first as the lines stand. Of more than twelve those nearest to
 * the pointer are kept (`distance`), the largest without one.
 */
export function tooltipRows(
  series: readonly ChartSeries[],
  time: number,
  distance?: (value: number) => number,
): TooltipRows {
  const all = series
    .map((one) => ({ series: one, value: valueAt(one.data, time) }))
    .filter(({ value }) => !Number.isNaN(value));
  const nearest = (a: TooltipRow, b: TooltipRow) =>
    (distance?.(a.value) ?? 0) - (distance?.(b.value) ?? 0);
  const kept = all.toSorted(distance ? nearest : largest).slice(0, MOST_ROWS);
  return { rows: kept.toSorted(largest), left: all.length - kept.length };
}
