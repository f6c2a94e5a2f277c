import type { GridSeries } from "./series.ts";

/** Since when a series has been over a limit without a break; seconds since 1970. */
export interface Exceeded {
  readonly since: number;
  /** True when it was over the limit at the first point already, so `since` is only the latest guess. */
  readonly longer: boolean;
}

/** How many gaps and points below the limit do not end an excess. */
const FORGIVEN = 1;

/** Since when the end of a series has been over a limit, undefined when it is not. */
export function exceededSince(series: GridSeries, limit: number): Exceeded | undefined {
  let first: number | undefined;
  let missed = 0;
  for (let index = series.values.length - 1; index >= 0; index--) {
    const value = series.values[index] ?? Number.NaN;
    if (value > limit) {
      first = index;
      missed = 0;
    } else if (++missed > FORGIVEN) {
      break;
    }
  }
  if (first === undefined) return undefined;
  return { since: series.start + first * series.step, longer: first === 0 };
}
