import { formatAge } from "../format/age.ts";
import { format, formatIn, scaleFor } from "../format/units.ts";
import type { Signal } from "../promql/catalogue.ts";
import { SIGNALS } from "../promql/signals.ts";
import type { Exceeded } from "../series/exceeded.ts";

/** How many times something it is, of which one says "that of". */
export function timesOf(times: number, whose: string): string {
  if (Number.isNaN(times)) return `is not 0 like that of ${whose}`;
  if (times === 0) return `is 0, unlike that of ${whose}`;
  if (times >= 1) return `is ${writtenTimes(times)} times that of ${whose}`;
  return `is ${writtenTimes(1 / times)} times lower than that of ${whose}`;
}

export function writtenTimes(times: number): string {
  return formatIn(scaleFor("times", times), times);
}

/** Both sides in figures, and since when they are so. */
export function numbersOf(
  signal: Signal,
  value: number,
  other: number,
  whose: string,
  since: Exceeded | undefined,
  now: number,
): string {
  const { unit } = SIGNALS[signal];
  const sides = `${format(unit, value)} against ${format(unit, other)} of ${whose}`;
  if (since === undefined) return `${sides}.`;
  return `${sides}, for ${since.longer ? "more than " : ""}${formatAge(now - since.since)}.`;
}
