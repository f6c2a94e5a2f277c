import { expect, test } from "vitest";
import { MOST_ROWS, tooltipRows } from "./tooltip-rows.ts";
import type { ChartSeries } from "./types.ts";

function line(value: number): ChartSeries {
  const data = { labels: {}, start: 1000, step: 10, values: Float64Array.of(value) };
  return { id: `${value}`, name: `${value}`, slot: 1, kind: "line", data };
}

const many = Array.from({ length: 30 }, (_, index) => line(index));

test("values stand as the lines do, the largest first, and gaps are left out", () => {
  const { rows, left } = tooltipRows([line(2), line(Number.NaN), line(9)], 1000);
  expect(rows.map(({ value }) => value)).toEqual([9, 2]);
  expect(left).toBe(0);
});

test("of many series the largest are shown, and how many are not", () => {
  const { rows, left } = tooltipRows(many, 1000);
  expect(rows.map(({ value }) => value)).toEqual([29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18]);
  expect(left).toBe(30 - MOST_ROWS);
});

test("of many series those nearest to the pointer are shown", () => {
  const { rows } = tooltipRows(many, 1000, (value) => Math.abs(value - 15.6));
  expect(rows[0]?.value).toBe(21);
  expect(rows.at(-1)?.value).toBe(10);
  expect(rows).toHaveLength(MOST_ROWS);
});
