import { expect, test } from "vitest";
import { limitsOf, toneAmong, toneOf } from "./tone.ts";

test.each([
  ["#f2495c", "down"],
  ["#ff9830", "degraded"],
  ["#fade2a", "degraded"],
  ["#73bf69", "ok"],
  ["#5794f2", "plain"],
  ["#8e8e8e", "plain"],
  ["#F00", "down"],
])("%s says %s", (colour, tone) => {
  expect(toneOf(colour)).toBe(tone);
});

test("what is no colour says nothing, whatever it is", () => {
  expect(toneOf("red;background:url(//x)")).toBeUndefined();
  expect(toneOf(undefined)).toBeUndefined();
});

test("steps without colours are those of Perses, and below them all is well", () => {
  const limits = limitsOf({ steps: [{ value: 90 }, { value: 80 }] });
  expect(limits.map(({ value }) => value)).toEqual([80, 90]);
  expect(toneAmong(limits, 10, undefined)).toBe("ok");
  expect(toneAmong(limits, Number.NaN, undefined)).toBe("ok");
  expect(toneAmong([], 10, undefined)).toBe("plain");
});

test("percents are of the whole, and mean nothing without one", () => {
  const thresholds = { mode: "percent", steps: [{ value: 50 }] } as const;
  expect(limitsOf({ ...thresholds, steps: [...thresholds.steps] }, 8)[0]?.value).toBe(4);
  expect(limitsOf({ ...thresholds, steps: [...thresholds.steps] })).toEqual([]);
});
