import { expect, test } from "vitest";
import { formatMoment, formatTimeOfDay } from "./moment.ts";

test("a moment is written in the zone that was asked for", () => {
  expect(formatMoment(1_763_870_000, "UTC")).toBe("23 Nov 03:53:20");
  expect(formatTimeOfDay(1_763_870_000, "Asia/Tokyo")).toBe("12:53:20");
});
