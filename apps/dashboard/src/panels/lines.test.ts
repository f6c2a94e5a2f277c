import { expect, test } from "vitest";
import { World } from "../../test/world.ts";
import type { RangeAnswer } from "../api/prometheus.ts";
import { viewOf } from "../view/selection.ts";
import { linesOf } from "./lines.ts";
import type { Panel } from "./panel-defs.ts";
import { scopeOf } from "./scope.ts";

const SCOPE = scopeOf(viewOf({}, new World({ prod: 1, dev: 1 }).configuration()));
const PANEL: Panel = { id: "one", title: "One", unit: "count", kind: "area", questions: {} };

function answer(...labels: Record<string, string>[]): RangeAnswer {
  const grid = { start: 0, step: 10, count: 1 };
  const series = labels.map((one) => ({ ...grid, labels: one, values: Float64Array.of(1) }));
  return { expression: "up", grid, series, partial: [], remarks: [] };
}

function drawn(panel: Panel, answers: Record<string, RangeAnswer>) {
  return linesOf(panel, answers, SCOPE).map(({ name, slot, kind }) => [name, slot, kind]);
}

test("environments keep their order and their place in the palette", () => {
  const answers = { one: answer({ environment: "dev" }, { environment: "prod" }) };
  expect(drawn(PANEL, answers)).toEqual([
    ["prod", 1, "area"],
    ["dev", 2, "area"],
  ]);
});

test("percentiles of an environment share its colour and differ in weight", () => {
  const answers = { p50: answer({ environment: "dev" }), p99: answer({ environment: "dev" }) };
  expect(drawn(PANEL, answers)).toEqual([
    ["p50", 2, "p50"],
    ["p99", 2, "p99"],
  ]);
});

test("parts have shades of their environment by their names, whatever the order of the answer", () => {
  const labels = ["stock", "fraud"].map((dependency) => ({ environment: "prod", dependency }));
  const lines = linesOf({ ...PANEL, by: "dependency" }, { one: answer(...labels) }, SCOPE);
  expect(lines.map(({ name, slot, shade }) => [name, slot, shade])).toEqual([
    ["fraud", 1, 1],
    ["stock", 1, 2],
  ]);
});

test("lines are dashed only where environments share a chart", () => {
  const alone = { ...SCOPE, only: SCOPE.environments[0] };
  const isPlain = (scope: typeof SCOPE) =>
    linesOf(PANEL, { one: answer({ environment: "prod" }) }, scope).map((line) => line.isPlain);
  expect([isPlain(alone), isPlain(SCOPE)]).toEqual([[true], [false]]);
});

test("what belongs to nobody on the screen is not drawn", () => {
  expect(drawn(PANEL, { one: answer({ environment: "qa" }, {}) })).toEqual([]);
});
