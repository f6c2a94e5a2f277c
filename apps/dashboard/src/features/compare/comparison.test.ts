import { expect, test } from "vitest";
import type { Environment } from "../../api/configuration.ts";
import { SIGNAL_NAMES } from "../../lib/promql/signals.ts";
import { comparisonsOf, linesOf, zeroPoints } from "./comparison.ts";
import type { Answers } from "./comparison.ts";

const GAP = Number.NaN;

function environment(name: string, slot: number): Environment {
  const thresholds = { error_ratio: 0.05, p95_seconds: 0.5, freshness_seconds: 30 };
  return { name, title: name.toUpperCase(), slot, data_planes: [], thresholds };
}

const DEV = environment("dev", 1);
const PROD = environment("prod", 2);
const QA = environment("qa", 3);
const ALL = [DEV, PROD, QA];

function answers(lines: Readonly<Record<string, readonly number[]>>): Answers {
  const series = Object.entries(lines).map(([name, values]) => ({
    labels: { environment: name },
    start: 100,
    step: 10,
    values: Float64Array.from(values),
  }));
  const grid = { start: 100, step: 10, count: 4 };
  const one = { expression: "", grid, series, partial: [], remarks: [] };
  return Object.fromEntries(SIGNAL_NAMES.map((signal) => [signal, one])) as unknown as Answers;
}

const DATA = answers({ dev: [2, 0, 4, GAP], prod: [6, 6, 0, 6] });

function valuesIn(mode: Parameters<typeof linesOf>[2]) {
  const lines = linesOf(DATA, "p95", mode, ALL, DEV);
  return Object.fromEntries(lines.map(({ name, data }) => [name, [...data.values]]));
}

test("an overlay has every environment with data, in its own colour", () => {
  const lines = linesOf(DATA, "p95", "overlay", ALL, DEV);
  expect(lines.map(({ id, name, slot }) => [id, name, slot])).toEqual([
    ["dev", "DEV", 1],
    ["prod", "PROD", 2],
  ]);
});

test("a difference and a ratio are the others' against the baseline, with its gaps", () => {
  expect(valuesIn("difference")).toEqual({ PROD: [4, 6, -4, GAP] });
  expect(valuesIn("ratio")).toEqual({ PROD: [3, GAP, 0, GAP] });
});

test("where one of the two is 0 there is no ratio to draw, and it is counted", () => {
  expect(zeroPoints(DATA, "p95", ALL, DEV)).toBe(2);
});

test("without the baseline's data nothing stands against it", () => {
  const alone = answers({ prod: [1, 1, 1, 1] });
  expect(linesOf(alone, "p95", "ratio", ALL, DEV)).toEqual([]);
  expect(comparisonsOf(alone, ALL, DEV)).toEqual([]);
});

test("all others are compared in all signals", () => {
  const all = comparisonsOf(answers({ dev: [1, 1, 1, 1], qa: [2, 2, 2, 2] }), ALL, DEV);
  expect(all.map(({ signal }) => signal)).toEqual(SIGNAL_NAMES);
  expect(all[0]).toMatchObject({ environment: QA, contrast: { times: 2 } });
});
