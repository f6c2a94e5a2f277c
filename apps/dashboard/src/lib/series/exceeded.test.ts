import { expect, test } from "vitest";
import { exceededSince } from "./exceeded.ts";

function series(...values: number[]) {
  return { labels: {}, start: 100, step: 10, values: Float64Array.from(values) };
}

test.each([
  ["is not over it", [1, 1, 1], undefined],
  ["was over it long ago", [9, 9, 1, 1, 1], undefined],
  ["crossed it", [1, 1, 9, 9], { since: 120, longer: false }],
  ["has a short dip", [1, 9, 1, 9], { since: 110, longer: false }],
  ["has not got its newest point yet", [1, 9, 9, Number.NaN], { since: 110, longer: false }],
  ["was over it from the beginning", [9, 9, 9], { since: 100, longer: true }],
  ["has nothing but gaps", [Number.NaN, Number.NaN], undefined],
])("a series that %s", (_, values, wanted) => {
  expect(exceededSince(series(...values), 5)).toEqual(wanted);
});
