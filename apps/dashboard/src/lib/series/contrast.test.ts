import fc from "fast-check";
import { expect, test } from "vitest";
import { contrastOf, median } from "./contrast.ts";
import type { GridSeries } from "./series.ts";

function series(...values: number[]): GridSeries {
  return { labels: {}, start: 1000, step: 10, values: Float64Array.from(values) };
}

function constant(value: number, count = 20): GridSeries {
  return series(...Array<number>(count).fill(value));
}

const GAP = Number.NaN;

test("a series that became three times its base is so since then", () => {
  const slow = series(...Array<number>(12).fill(1), ...Array<number>(8).fill(3));
  expect(contrastOf(slow, constant(1))).toEqual({
    value: 3,
    base: 1,
    times: 3,
    since: { since: 1120, longer: false },
  });
});

test("less counts like more", () => {
  const quick = series(...Array<number>(12).fill(4), ...Array<number>(8).fill(1));
  const contrast = contrastOf(quick, constant(4));
  expect(contrast).toMatchObject({ times: 0.25, since: { since: 1120, longer: false } });
});

test("who has always differed has done so for longer than is shown", () => {
  expect(contrastOf(constant(2), constant(1))?.since).toEqual({ since: 1000, longer: true });
});

test("over nothing there is no ratio, but a beginning", () => {
  const failing = series(...Array<number>(10).fill(0), ...Array<number>(10).fill(0.02));
  const contrast = contrastOf(failing, constant(0));
  expect(contrast?.times).toBeNaN();
  expect(contrast).toMatchObject({ value: 0.02, base: 0, since: { since: 1100, longer: false } });
  expect(contrastOf(constant(0), constant(0))?.since).toBeUndefined();
});

test("one wild point at the end decides nothing, and gaps are passed over", () => {
  expect(contrastOf(series(1, 1, 1, 1, 90), constant(1, 5))?.times).toBe(1);
  expect(contrastOf(series(1, 1, GAP, 1, GAP), series(1, GAP, 1, 1, 1))?.value).toBe(1);
});

test("who has ended is compared with nobody", () => {
  expect(contrastOf(series(1, GAP, GAP, GAP, GAP, GAP), constant(1, 6))).toBeUndefined();
});

test("the contrast turned round is one over it", () => {
  const positive = fc.array(fc.double({ min: 0.001, max: 1000, noNaN: true }), {
    minLength: 6,
    maxLength: 6,
  });
  fc.assert(
    fc.property(positive, positive, (one, other) => {
      const there = contrastOf(series(...one), series(...other));
      const back = contrastOf(series(...other), series(...one));
      expect((there?.times ?? 0) * (back?.times ?? 0)).toBeCloseTo(1, 9);
      expect(back?.since).toEqual(there?.since);
    }),
  );
});

test("a median lies in the middle, whatever the order", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([1, 9, 5, 7])).toBe(6);
  expect(median([])).toBeNaN();
});
