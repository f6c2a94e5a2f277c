import { describe, expect, test } from "vitest";
import { newestTime, snapped, stepOf, valueAt } from "./sample.ts";
import type { ChartSeries } from "./types.ts";

const SPAN = { start: 1000, end: 1100 };

function series(start: number, step: number, values: readonly number[]): ChartSeries {
  const data = { labels: {}, start, step, values: Float64Array.from(values) };
  return { id: `${start}/${step}`, name: "prod", slot: 1, kind: "line", data };
}

describe("the value at the cursor", () => {
  const { data } = series(1000, 10, [1, 2, Number.NaN, 4]);

  test("is that of the nearest sample", () => {
    expect(valueAt(data, 1010)).toBe(2);
    expect(valueAt(data, 1014.9)).toBe(2);
    expect(valueAt(data, 1005.1)).toBe(2);
  });

  test("is none in a gap, never its neighbour's", () => {
    expect(valueAt(data, 1019)).toBeNaN();
  });

  test("is none before the first and after the last sample", () => {
    expect(valueAt(data, 994)).toBeNaN();
    expect(valueAt(data, 1036)).toBeNaN();
  });
});

describe("the cursor's time", () => {
  test("stands on the finest grid of the chart", () => {
    const both = [series(1000, 60, [1]), series(1003, 10, [1])];
    expect(snapped(both, SPAN, 1016)).toBe(1013);
    expect(stepOf(both, SPAN)).toBe(10);
  });

  test("stays within the chart's range", () => {
    expect(snapped([series(995, 10, [1])], SPAN, 1000)).toBe(1005);
    expect(snapped([series(995, 10, [1])], SPAN, 1099)).toBe(1095);
    expect(snapped([series(1001, 60, [1])], SPAN, 1100)).toBe(1100);
  });

  test("is free in a chart without series", () => {
    expect(snapped([], SPAN, 1016.5)).toBe(1016.5);
    expect(stepOf([], SPAN)).toBe(1);
  });
});

test("the newest time is that of the newest value, not of the last gap", () => {
  const lines = [series(1000, 10, [1, 2, Number.NaN]), series(1000, 10, [1, Number.NaN])];
  expect(newestTime(lines)).toBe(1010);
  expect(newestTime([series(1000, 10, [Number.NaN])])).toBeUndefined();
});
