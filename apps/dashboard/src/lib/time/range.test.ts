import { expect, test } from "vitest";
import { frozen, shifted } from "./range.ts";
import type { Range } from "./range.ts";

const HOUR: Range = { kind: "recent", name: "1h" };
const NOW = 100_000.4;

test("a range moves by half its length, and comes back to follow the time", () => {
  const once = shifted(HOUR, -1, NOW);
  expect(once).toEqual({ kind: "fixed", start: 94_600, end: 98_200 });
  const twice = shifted(once, -1, NOW);
  expect(twice).toEqual({ kind: "fixed", start: 92_800, end: 96_400 });
  expect(shifted(twice, 1, NOW)).toEqual(once);
  expect(shifted(once, 1, NOW)).toEqual(HOUR);
  expect(shifted(HOUR, 1, NOW)).toEqual(HOUR);
  expect(shifted(once, 1, NOW + 60)).toEqual(HOUR);
});

test("a range of another length stops at now", () => {
  expect(shifted({ kind: "fixed", start: 98_000, end: 99_900 }, 1, NOW)).toEqual({
    kind: "fixed",
    start: 98_100,
    end: 100_000,
  });
});

test("a frozen range stays where it is seen", () => {
  expect(frozen(HOUR, NOW)).toEqual({ kind: "fixed", start: 96_400, end: 100_000 });
  expect(frozen({ kind: "fixed", start: 10, end: 20 }, NOW)).toEqual({
    kind: "fixed",
    start: 10,
    end: 20,
  });
});
