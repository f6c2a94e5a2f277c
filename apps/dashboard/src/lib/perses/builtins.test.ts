import { expect, test } from "vitest";
import { builtinsOf, durationOf, secondsOf, shortestStepOf } from "./builtins.ts";

test.each([
  [5400, "1h30m"],
  [15, "15s"],
  [0.25, "250ms"],
  [90_061, "1d1h1m1s"],
])("%d seconds are %s, and back", (seconds, text) => {
  expect(durationOf(seconds)).toBe(text);
  expect(secondsOf(text)).toBe(seconds);
});

test("what is no duration is none", () => {
  expect(secondsOf("")).toBeUndefined();
  expect(secondsOf("5")).toBeUndefined();
});

test("built-in variables follow from the grid that is asked for", () => {
  const grid = { start: 1_000_000, step: 30, count: 121 };
  const values = builtinsOf(grid, 10, { name: "slo", project: "sightline" });
  const texts = Object.fromEntries([...values].map(([name, value]) => [name, value?.texts[0]]));
  expect(texts).toEqual({
    __interval: "30s",
    __interval_ms: "30000",
    __rate_interval: "40s",
    __range: "1h",
    __range_s: "3600",
    __range_ms: "3600000",
    __from: "1000000000",
    __to: "1003600000",
    __dashboard: "slo",
    __project: "sightline",
  });
});

test("the coarsest question decides the step of a panel", () => {
  const value = { texts: ["2m"], isList: false, origin: "template" } as const;
  const values = new Map([["step", value]]);
  expect(shortestStepOf([{ minStep: "30s" }, {}], values, 10)).toBe(30);
  expect(shortestStepOf([{ minStep: "$step" }], values, 10)).toBe(120);
  expect(shortestStepOf([], values, 10)).toBe(10);
});
