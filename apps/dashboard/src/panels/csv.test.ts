import { expect, test } from "vitest";
import { World } from "../../test/world.ts";
import { viewOf } from "../view/selection.ts";
import { pageRows, panelRows } from "./csv.ts";
import { linesOf } from "./lines.ts";
import type { Panel } from "./panel-defs.ts";
import { scopeOf } from "./scope.ts";

const SCOPE = scopeOf(viewOf({ env: ["dev"] }, new World({ prod: 2, dev: 1 }).configuration()));
const PANEL: Panel = { id: "one", title: "One", unit: "count", kind: "line", questions: {} };
const GRID = { start: 1_763_870_400, step: 10, count: 2 };
const ANSWERS = {
  one: {
    expression: "up",
    grid: GRID,
    series: [{ ...GRID, labels: { environment: "dev" }, values: Float64Array.of(0.1, Number.NaN) }],
    partial: ["no store matched"],
    remarks: [],
  },
};

test("a panel's file says what was asked, of whom, how finely and what is missing", () => {
  expect(panelRows(PANEL, SCOPE, ANSWERS, linesOf(PANEL, ANSWERS, SCOPE), undefined)).toEqual([
    ["panel", "One"],
    ["environment", "dev"],
    ["data_plane", "dp-dev-01"],
    ["query", "up"],
    ["step_seconds", 10],
    ["timezone", "UTC"],
    ["warning", "no store matched"],
    [],
    ["time", "dev"],
    ["2025-11-23T04:00:00.000Z", 0.1],
    ["2025-11-23T04:00:10.000Z", Number.NaN],
  ]);
});

test("a page's file has each question once, and names the panels that could not be asked", () => {
  const failed = { panel: { ...PANEL, title: "Two" }, answers: "The control plane is gone." };
  const rows = pageRows(SCOPE, [{ panel: PANEL, answers: ANSWERS }, failed], undefined);
  expect(rows).toEqual([
    ["# environment: dev"],
    ["# data_plane: dp-dev-01"],
    ["# step_seconds: 10"],
    ["# timezone: UTC"],
    ["# warning: no store matched"],
    ["# warning: Two is missing: The control plane is gone."],
    ["# panel: One, query: one, PromQL: up"],
    ["time", "panel", "query", "series", "value", "unit"],
    ["2025-11-23T04:00:00.000Z", "One", "one", "environment=dev", 0.1, "count"],
  ]);
});

test("an earlier time is told by its question's name, and what is missing of it as well", () => {
  const before = "1 h before";
  const failed = { panel: { ...PANEL, title: "Two" }, answers: "It took too long.", before };
  const rows = pageRows(SCOPE, [{ panel: PANEL, answers: ANSWERS, before }, failed], undefined);
  expect(rows).toContainEqual(["# warning: Two, 1 h before is missing: It took too long."]);
  expect(rows).toContainEqual(["# panel: One, query: one, 1 h before, PromQL: up"]);
  expect(rows.at(-1)?.slice(1, 3)).toEqual(["One", "one, 1 h before"]);
});

test("the times of a file are those of the chosen zone, and name it", () => {
  const rows = panelRows(PANEL, SCOPE, ANSWERS, linesOf(PANEL, ANSWERS, SCOPE), "Asia/Kolkata");
  expect(rows).toContainEqual(["timezone", "Asia/Kolkata"]);
  expect(rows.at(-2)).toEqual(["2025-11-23T09:30:00.000+05:30", 0.1]);
});
