import { endOf, lengthOf } from "./range.ts";
import type { Range } from "./range.ts";

/** Points in time at start + i * step, i < count; seconds since 1970. */
export interface Grid {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

const MAX_POINTS = 480;

const DAY = 86_400;
const NICE_STEPS = [
  1,
  2,
  5,
  10,
  15,
  30,
  60,
  120,
  240,
  300,
  600,
  900,
  1800,
  3600,
  7200,
  14_400,
  21_600,
  43_200,
  DAY,
];

/**
 * The smallest nice step, in seconds, that is no shorter than a scrape interval and gives a range
 * of this length at most 480 points.
 */
export function stepFor(length: number, scrapeInterval: number): number {
  const least = Math.max(scrapeInterval, length / (MAX_POINTS - 1));
  return NICE_STEPS.find((step) => step >= least) ?? Math.ceil(least / DAY) * DAY;
}

/**
 * The points at which a range is asked for. They are multiples of the step, so that everybody who
 * looks at the same range within a step asks the same question.
 */
export function gridOf(range: Range, now: number, scrapeInterval: number): Grid {
  const step = stepFor(lengthOf(range), scrapeInterval);
  const count = Math.floor(lengthOf(range) / step) + 1;
  const end = Math.floor(endOf(range, now) / step) * step;
  return { start: end - (count - 1) * step, step, count };
}

/**
 * How far back each point of a range has to look, in seconds, so that nothing falls between two of
 * them; undefined where they are as close as scrapes.
 */
export function stretchFor(range: Range, scrapeInterval: number): number | undefined {
  const step = stepFor(lengthOf(range), scrapeInterval);
  return step > scrapeInterval ? step : undefined;
}

/** The last point of a grid, in seconds since 1970. */
export function lastOf(grid: Grid): number {
  return grid.start + (grid.count - 1) * grid.step;
}
