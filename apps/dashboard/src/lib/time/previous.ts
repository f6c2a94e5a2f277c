import { formatAge } from "../format/age.ts";
import { lengthOf } from "./range.ts";
import type { Range } from "./range.ts";

/** The earlier times that a range is compared with: the one just before it, or the day before. */
export const PREVIOUS = ["1", "day"] as const;

export type Previous = (typeof PREVIOUS)[number];

const DAY = 86_400;

/** How far before a range its earlier time lies, in seconds. Days are the same time of day. */
export function shiftOf(previous: Previous, range: Range): number {
  const length = lengthOf(range);
  return previous === "1" ? length : Math.ceil(length / DAY) * DAY;
}

/** An earlier time in words: "1 h before", "1 d before". */
export function wordsOf(previous: Previous, range: Range): string {
  return `${formatAge(shiftOf(previous, range))} before`;
}
