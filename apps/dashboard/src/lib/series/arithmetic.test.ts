import fc from "fast-check";
import { expect, test } from "vitest";
import { align, difference, ratio } from "./arithmetic.ts";
import { gridOfSeries } from "./series.ts";
import type { GridSeries } from "./series.ts";

function series(start: number, ...values: number[]): GridSeries {
  return { labels: {}, start, step: 10, values: Float64Array.from(values) };
}

const anySeries = fc
  .tuple(
    fc.integer({ min: 0, max: 50 }),
    fc.array(fc.double({ min: -1e6, max: 1e6, noDefaultInfinity: true }), {
      minLength: 1,
      maxLength: 40,
    }),
  )
  .map(([start, values]) => series(start * 10, ...values));

test("a series that came a tick later is compared at the times both have", () => {
  const result = difference(series(110, 5, 6, 7), series(100, 1, 2, 3));
  expect([...result.values]).toEqual([3, 3, Number.NaN]);
});

test("points between those of another grid are gaps", () => {
  const fine = align(series(100, 1, 2), { start: 100, step: 5, count: 4 });
  expect([...fine.values]).toEqual([1, Number.NaN, 2, Number.NaN]);
});

test("a ratio over nothing is a gap", () => {
  expect([...ratio(series(0, 4, 4), series(0, 2, 0)).values]).toEqual([2, Number.NaN]);
});

test("a series differs from itself by nothing", () => {
  fc.assert(
    fc.property(anySeries, (one) => {
      for (const value of difference(one, one).values)
        expect(Number.isNaN(value) || value === 0).toBe(true);
    }),
  );
});

test("aligning keeps every value whose time is on both grids, and makes up none", () => {
  fc.assert(
    fc.property(anySeries, anySeries, (one, other) => {
      const moved = align(one, gridOfSeries(other));
      moved.values.forEach((value, index) => {
        const time = moved.start + index * moved.step;
        const wanted = one.values[(time - one.start) / one.step] ?? Number.NaN;
        expect(value).toBe(wanted);
      });
    }),
  );
});
