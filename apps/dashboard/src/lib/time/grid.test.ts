import fc from "fast-check";
import { expect, test } from "vitest";
import { gridOf, lastOf, stepFor } from "./grid.ts";
import type { RecentName } from "./range.ts";

test.each<[RecentName, number, number]>([
  ["5m", 10, 31],
  ["15m", 10, 91],
  ["1h", 10, 361],
  ["6h", 60, 361],
  ["24h", 240, 361],
])("%s is asked for every %i s, at %i points", (name, step, count) => {
  const grid = gridOf({ kind: "recent", name }, 1_790_000_003, 10);
  expect(grid).toMatchObject({ step, count });
});

test("a step is never shorter than the scrape interval", () => {
  expect(stepFor(300, 15)).toBe(15);
  expect(stepFor(300, 40)).toBe(60);
});

test("every range gets an aligned grid of at most 480 points that ends within a step", () => {
  const ranges = fc.record({
    kind: fc.constant("fixed" as const),
    start: fc.integer({ min: 0, max: 2_000_000_000 }),
    length: fc.integer({ min: 1, max: 400_000_000 }),
  });
  fc.assert(
    fc.property(ranges, fc.integer({ min: 1, max: 120 }), ({ start, length }, scrape) => {
      const grid = gridOf({ kind: "fixed", start, end: start + length }, 0, scrape);
      expect(grid.count).toBeLessThanOrEqual(480);
      expect(grid.step).toBeGreaterThanOrEqual(scrape);
      expect(Math.abs(grid.start % grid.step)).toBe(0);
      const late = start + length - lastOf(grid);
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThan(grid.step);
    }),
  );
});
