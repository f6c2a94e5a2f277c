import type { Grid } from "../time/grid.ts";
import { gridOfSeries } from "./series.ts";
import type { GridSeries } from "./series.ts";

/** A series on another grid: its values where a point stands on both, gaps elsewhere. */
export function align(series: GridSeries, grid: Grid): GridSeries {
  if (
    series.start === grid.start &&
    series.step === grid.step &&
    series.values.length === grid.count
  ) {
    return series;
  }
  const values = new Float64Array(grid.count).fill(Number.NaN);
  for (let index = 0; index < grid.count; index++) {
    const from = (grid.start + index * grid.step - series.start) / series.step;
    if (Number.isInteger(from)) values[index] = series.values[from] ?? Number.NaN;
  }
  return { labels: series.labels, start: grid.start, step: grid.step, values };
}

/** What a series has more than a base, point by point; a gap in either is a gap. */
export function difference(series: GridSeries, base: GridSeries): GridSeries {
  return combine(series, base, (value, other) => value - other);
}

/** How many times its base a series is; over nothing it is a gap, not infinite. */
export function ratio(series: GridSeries, base: GridSeries): GridSeries {
  return combine(series, base, (value, other) => (other === 0 ? Number.NaN : value / other));
}

function combine(
  series: GridSeries,
  base: GridSeries,
  each: (value: number, other: number) => number,
): GridSeries {
  const others = align(base, gridOfSeries(series)).values;
  const values = series.values.map((value, index) => each(value, others[index] ?? Number.NaN));
  return { ...series, values };
}
