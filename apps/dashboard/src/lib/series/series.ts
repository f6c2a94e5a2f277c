import type { Grid } from "../time/grid.ts";

export type Labels = Readonly<Record<string, string>>;

/** One series on a regular grid: values[i] stands at start + i*step (seconds since 1970); NaN is a gap. */
export interface GridSeries {
  readonly labels: Labels;
  readonly start: number;
  readonly step: number;
  readonly values: Float64Array;
}

/** One value of one series; `time` is when it was asked for, in seconds since 1970. */
export interface Sample {
  readonly labels: Labels;
  readonly time: number;
  readonly value: number;
}

/** The points at which a series stands. */
export function gridOfSeries(series: GridSeries): Grid {
  return { start: series.start, step: series.step, count: series.values.length };
}

/** The point of a grid that is nearest to a time, as an index; undefined beyond half a step. */
export function indexAt(grid: Grid, time: number): number | undefined {
  const index = Math.round((time - grid.start) / grid.step);
  return index >= 0 && index < grid.count ? index : undefined;
}

/** A series' newest value that is no gap, and when it stood. */
export function newest(series: GridSeries): { time: number; value: number } | undefined {
  for (let index = series.values.length - 1; index >= 0; index--) {
    const value = series.values[index] ?? Number.NaN;
    if (!Number.isNaN(value)) return { time: series.start + index * series.step, value };
  }
  return undefined;
}
