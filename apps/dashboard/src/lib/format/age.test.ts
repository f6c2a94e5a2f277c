import { expect, test } from "vitest";
import { formatAge } from "./age.ts";

test.each([
  [-3, "0 s"],
  [8.9, "8 s"],
  [59.9, "59 s"],
  [240, "4 min"],
  [7200, "2 h"],
  [7500, "2 h 5 min"],
  [273_600, "3 d 4 h"],
])("%d seconds are %j", (seconds, text) => {
  expect(formatAge(seconds)).toBe(text);
});
