import { expect, test } from "vitest";
import { momentJudged } from "./moment.ts";

test("between refreshes the answer's own moment is judged, so that nobody turns stale meanwhile", () => {
  expect(momentJudged(1000, 1030, 10)).toBe(1000);
  expect(momentJudged(1000, 1075, 60)).toBe(1000);
});

test("once a newer answer is overdue the present is judged", () => {
  expect(momentJudged(1000, 1031, 10)).toBe(1031);
  expect(momentJudged(1000, 1021, 0)).toBe(1021);
});
