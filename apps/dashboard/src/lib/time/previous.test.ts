import { expect, test } from "vitest";
import { shiftOf, wordsOf } from "./previous.ts";
import type { Range } from "./range.ts";

const HOUR: Range = { kind: "recent", name: "1h" };
const TWO_DAYS: Range = { kind: "fixed", start: 0, end: 100_000 };

test("the period before ends where a range begins", () => {
  expect(shiftOf("1", HOUR)).toBe(3600);
  expect(wordsOf("1", HOUR)).toBe("1 h before");
  expect(shiftOf("1", TWO_DAYS)).toBe(100_000);
});

test("the day before has the same time of day, however long a range is", () => {
  expect(shiftOf("day", HOUR)).toBe(86_400);
  expect(wordsOf("day", HOUR)).toBe("1 d before");
  expect(wordsOf("day", TWO_DAYS)).toBe("2 d before");
});
