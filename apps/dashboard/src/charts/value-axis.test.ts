import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Unit } from "../lib/format/units.ts";
import type { ChartSeries, Threshold } from "./types.ts";
import { valueAxis } from "./value-axis.ts";

function line(...values: number[]): ChartSeries {
  const data = { labels: {}, start: 0, step: 10, values: Float64Array.from(values) };
  return { id: "one", name: "one", slot: 1, kind: "line", data };
}

function axisOf(
  series: ChartSeries[],
  thresholds: readonly Threshold[] = [],
  unit: Unit = "count",
) {
  return valueAxis({ series, thresholds, unit, scale: "linear", height: 200 });
}

describe("the value axis", () => {
  test("starts at zero and has round numbers", () => {
    const axis = axisOf([line(37, 92)]);
    expect(axis.ticks.map(({ text }) => text)).toEqual(["0", "25", "50", "75", "100"]);
    expect([axis.low, axis.high]).toEqual([0, 100]);
  });

  test("keeps a threshold far above the values in sight, with room above it", () => {
    const axis = axisOf([line(0.001, 0.002)], [{ value: 0.05, text: "5 %" }], "ratio");
    expect(axis.high).toBeGreaterThan(0.05);
    expect(axis.suffix).toBe("%");
  });

  test("has round numbers in the unit that is written", () => {
    const { ticks, suffix } = axisOf([line(0.31, 0.07)], [], "seconds");
    expect(suffix).toBe("ms");
    expect(ticks.map(({ text }) => text)).toEqual(["0", "100", "200", "300", "400"]);
    const bytes = axisOf([line(3 * 2 ** 20)], [], "bytes");
    expect(bytes.ticks.map(({ text }) => text)).toEqual(["0", "1", "2", "3"]);
  });

  test("has a height when all is zero, when there is no value and when there is no series", () => {
    for (const series of [[line(0, 0)], [line(Number.NaN)], []]) {
      const axis = axisOf(series, [], "ratio");
      expect([axis.low, axis.high]).toEqual([0, 0.01]);
    }
  });

  test("takes an infinite value for none", () => {
    expect(axisOf([line(1, Number.POSITIVE_INFINITY)]).high).toBe(1);
  });

  test("goes below zero for differences", () => {
    const axis = axisOf([line(-40, 90)]);
    expect(axis.low).toBeLessThanOrEqual(-40);
    expect(axis.ticks.map(({ text }) => text)).toContain("0");
  });

  test("takes the extent that charts share in place of its own", () => {
    const axis = valueAxis({
      series: [line(1)],
      thresholds: [],
      unit: "count",
      scale: "linear",
      extent: { low: 0, high: 95 },
      height: 200,
    });
    expect(axis.high).toBe(100);
  });

  test("says numbers with their unit, and a gap without one", () => {
    const axis = axisOf([line(0.31)], [], "seconds");
    expect(axis.say(0.07)).toBe("70.0 ms");
    expect(axis.say(Number.NaN)).toBe("–");
  });

  test("holds every finite value and threshold, whatever they are", () => {
    const number = fc.double({ noNaN: true, min: -1e9, max: 1e12 });
    fc.assert(
      fc.property(fc.array(number, { minLength: 1 }), fc.array(number), (values, limits) => {
        const axis = axisOf(
          [line(...values)],
          limits.map((value) => ({ value, text: "" })),
        );
        const invisible = 1e-9 * (axis.high - axis.low);
        expect(axis.low).toBeLessThanOrEqual(Math.min(...values, ...limits) + invisible);
        expect(axis.high).toBeGreaterThanOrEqual(Math.max(...values, ...limits) - invisible);
        expect(axis.high).toBeGreaterThan(axis.low);
        expect(axis.ticks.length).toBeLessThan(12);
      }),
    );
  });
});

describe("the axis of a ratio", () => {
  const axis = valueAxis({
    series: [line(0.4, 3)],
    thresholds: [],
    unit: "times",
    scale: "ratio",
    height: 200,
  });

  test("has once in the middle, and half as far below as twice is above", () => {
    expect(axis.ticks.map(({ text }) => text)).toEqual(["1/4", "1/2", "1", "2", "4"]);
    expect(axis.drawn(1)).toBe((axis.low + axis.high) / 2);
    expect(axis.drawn(2)).toBe(-axis.drawn(0.5));
  });

  test("cannot draw zero, which is a gap", () => {
    expect(axis.drawn(0)).toBeNaN();
    const zeros = { thresholds: [], unit: "times", scale: "ratio", height: 200 } as const;
    expect(valueAxis({ ...zeros, series: [line(0, 0)] }).high).toBe(1);
  });
});

test("whole things have no ticks between them", () => {
  expect(axisOf([line(0, 1)]).ticks.map(({ text }) => text)).toEqual(["0", "1"]);
});

test("ticks finer than values are written still say where they stand", () => {
  const axis = axisOf([line(0.02, 0.09)]);
  expect(axis.ticks.map(({ text }) => text)).toEqual(["0", "0.025", "0.05", "0.075", "0.1"]);
});

test("an axis of states has a tick for each of them, by its name", () => {
  const axis = valueAxis({
    series: [line(0, 0)],
    thresholds: [],
    unit: "breaker",
    scale: "linear",
    extent: { low: 0, high: 2 },
    height: 200,
  });
  expect(axis.ticks.map(({ text }) => text)).toEqual(["closed", "half", "open"]);
  expect(axis.say(2)).toBe("open");
});
