import { expect, test } from "vitest";
import { heightOf, linePath } from "./path.ts";

const BOX = { width: 30, height: 10, top: 100 };
const { NaN: GAP } = Number;

test("values become a line, gaps stay open and a lonely value is a dot", () => {
  const path = linePath(Float64Array.of(0, 100, GAP, 50), BOX);
  expect(path).toBe("M0 10L10 0M30 5h0");
});

test("a single value stands at the beginning", () => {
  expect(linePath(Float64Array.of(100), BOX)).toBe("M0 0h0");
});

test("nothing leaves the box", () => {
  expect(heightOf(Number.POSITIVE_INFINITY, BOX)).toBe(0);
  expect(heightOf(-5, BOX)).toBe(10);
  expect(heightOf(0, { ...BOX, top: 0 })).toBe(10);
});
