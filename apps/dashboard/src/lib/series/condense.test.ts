import { expect, test } from "vitest";
import { condense } from "./condense.ts";

const GAP = Number.NaN;
const VALUES = Float64Array.of(1, 3, GAP, 8, GAP, GAP, 5);

test("many values are condensed to few, by mean or by their largest", () => {
  expect([...condense(VALUES, 4, "mean")]).toEqual([2, 8, GAP, 5]);
  expect([...condense(VALUES, 4, "largest")]).toEqual([3, 8, GAP, 5]);
});

test("few values stay as they are", () => {
  expect(condense(VALUES, 7, "mean")).toBe(VALUES);
});
