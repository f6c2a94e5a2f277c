import fc from "fast-check";
import { expect, test } from "vitest";
import type { Signal } from "../promql/catalogue.ts";
import type { GridSeries } from "../series/series.ts";
import { deviationsOf } from "./deviation.ts";
import type { Lines } from "./deviation.ts";
import type { Subject } from "./ratio.ts";

const POINTS = 12;

function series(values: readonly number[]): GridSeries {
  return { labels: {}, start: 1000, step: 10, values: Float64Array.from(values) };
}

function flat(value: number): GridSeries {
  return series(Array<number>(POINTS).fill(value));
}

interface Made {
  readonly errors?: number | GridSeries;
  readonly p95?: number | GridSeries;
  readonly requests?: number | GridSeries;
  readonly earlier?: GridSeries;
}

function lines(name: string, made: Made, scale = 1): Lines<Subject> {
  const line = (signal: Signal) => {
    const one = made[signal as "errors"];
    return typeof one === "number" ? flat(one * scale) : one;
  };
  const thresholds = { error_ratio: 0.05 * scale, p95_seconds: 0.5 * scale, freshness_seconds: 30 };
  return { environment: { name, title: name, thresholds }, line, earlier: made.earlier };
}

function told(...all: Lines<Subject>[]) {
  return deviationsOf(all).map(({ environment, signal }) => `${environment.name} ${signal}`);
}

test("of several environments one that is slow is named, with how much and since when", () => {
  const slow = series([0.1, 0.1, 0.1, 0.1, ...Array<number>(8).fill(0.9)]);
  const others = ["a", "b", "c", "d"].map((name, index) => lines(name, { p95: 0.1 + index / 100 }));
  const [worst, ...rest] = deviationsOf([...others, lines("e", { p95: slow })]);
  expect(rest).toEqual([]);
  expect(worst).toMatchObject({
    environment: { name: "e" },
    signal: "p95",
    contrast: {
      value: 0.9,
      base: expect.closeTo(0.12) as number,
      since: { since: 1040, longer: false },
    },
    against: { kind: "median", typical: { name: "c" } },
  });
});

test("of two the worse one is named, against the other", () => {
  const found = deviationsOf([lines("a", { errors: 0.1 }), lines("b", { errors: 0.001 })]);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({
    environment: { name: "a" },
    against: { kind: "other", other: { name: "b" } },
  });
});

test.each([
  [0.67, []],
  [0.85, ["c p95"]],
])("beside two with 0.5 s, %d s makes %j", (p95, found) => {
  const pair = [lines("a", { p95: 0.5 }), lines("b", { p95: 0.5 })];
  expect(told(...pair, lines("c", { p95 }))).toEqual(found);
});

test("in a crowd that scatters it takes more to stand out", () => {
  const crowd = [0.2, 0.4, 0.8, 1.6, 3.2].map((p95, index) => lines(`s${index}`, { p95 }));
  expect(told(...crowd)).toEqual([]);
  const alike = [0.4, 0.41, 0.4, 0.39, 1.2].map((p95, index) => lines(`s${index}`, { p95 }));
  expect(told(...alike)).toEqual(["s4 p95"]);
});

test("errors come before latency that is as far away", () => {
  const all = [1, 1, 1, 1].map((_, index) => lines(`n${index}`, { errors: 0.05, p95: 0.5 }));
  expect(told(...all, lines("x", { errors: 0.25, p95: 2.5 }))).toEqual(["x errors", "x p95"]);
});

test("who has fewer errors than the others is not told of", () => {
  const all = [0.2, 0.2, 0.2, 0.001].map((errors, index) => lines(`n${index}`, { errors }));
  expect(told(...all)).toEqual([]);
});

test("traffic is judged by its own past, never by its size", () => {
  const steady = { requests: 500, earlier: flat(480) };
  expect(told(lines("big", steady), lines("small", { requests: 3, earlier: flat(3) }))).toEqual([]);
  const gone = lines("gone", { requests: 0, earlier: flat(40) });
  expect(told(lines("big", steady), gone)).toEqual(["gone requests"]);
});

test("traffic that comes in bursts may do so again", () => {
  const bursts = series([5, 20, 0, 18, 5, 0, 20, 19, 4, 0, 21, 6]);
  expect(told(lines("dev", { requests: 20, earlier: bursts }))).toEqual([]);
  expect(told(lines("dev", { requests: 20, earlier: flat(5) }))).toEqual(["dev requests"]);
});

const usual = fc.double({ min: 1, max: 1.3, noNaN: true });

test("a planted outlier is found, whoever it is", () => {
  fc.assert(
    fc.property(fc.array(usual, { minLength: 4, maxLength: 20 }), fc.nat(), (values, place) => {
      const odd = place % values.length;
      const all = values.map((p95, index) =>
        lines(`n${index}`, { p95: index === odd ? 8 * p95 : p95 }),
      );
      expect(told(...all)).toEqual([`n${odd} p95`]);
    }),
  );
});

test("in other units the same deviates as much", () => {
  const values = fc.array(fc.double({ min: 0.01, max: 50, noNaN: true }), {
    minLength: 2,
    maxLength: 9,
  });
  const scales = fc.constantFrom(0.001, 0.5, 1024);
  fc.assert(
    fc.property(values, scales, (found, scale) => {
      const scores = (by: number) =>
        deviationsOf(found.map((errors, index) => lines(`n${index}`, { errors }, by))).map(
          ({ environment, score }) => [environment.name, score.toFixed(6)],
        );
      expect(scores(scale)).toEqual(scores(1));
    }),
  );
});

test("gaps, zeros and nothing at all make no score that is no number", () => {
  const value = fc.oneof(
    fc.constantFrom(0, Number.NaN, Number.POSITIVE_INFINITY, 1e-9),
    fc.double({ min: 0, max: 1e6, noNaN: true }),
  );
  const line = fc
    .array(value, { minLength: POINTS, maxLength: POINTS })
    .map((values) => series(values));
  const made = fc.record(
    { errors: line, p95: line, requests: line, earlier: line },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.array(made, { maxLength: 6 }), (all) => {
      for (const { score } of deviationsOf(all.map((one, index) => lines(`n${index}`, one)))) {
        expect(Number.isFinite(score)).toBe(true);
      }
    }),
  );
});
