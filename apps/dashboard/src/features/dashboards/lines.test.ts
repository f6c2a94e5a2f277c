import { expect, test } from "vitest";
import { World } from "../../../test/world.ts";
import { questionName } from "../../lib/perses/questions.ts";
import { NOBODY } from "../../theme/environment.ts";
import { linesOf } from "./lines.ts";
import type { ChartPanelOf } from "./lines.ts";

const { environments } = new World({ prod: 1, dev: 1 }).configuration();
const PANEL = {
  kind: "TimeSeriesChart",
  title: "One",
  spec: {},
  queries: [{ query: "up" }],
} as unknown as ChartPanelOf;

/** The slot and the shade of each line, in the order of their names. */
function looks(...labels: Record<string, string>[]) {
  const grid = { start: 0, step: 10, count: 1 };
  const series = labels.map((one) => ({ ...grid, labels: one, values: Float64Array.of(1) }));
  const answer = { expression: "up", grid, series, partial: [], remarks: [] };
  const { series: lines } = linesOf(PANEL, { [questionName(0)]: answer }, new Map(), environments);
  return lines.map(({ slot, shade, isPlain }) => ({ slot, shade, isPlain }));
}

test("a line of each environment has that one's hue", () => {
  expect(looks({ environment: "dev" }, { environment: "prod" })).toEqual([
    { slot: 2, shade: undefined, isPlain: false },
    { slot: 1, shade: undefined, isPlain: false },
  ]);
});

test("several lines of one environment are shades of its hue", () => {
  const modes = ["idle", "system", "user"].map((mode) => ({ environment: "dev", mode }));
  expect(looks(...modes)).toEqual([
    { slot: 2, shade: 1, isPlain: true },
    { slot: 2, shade: 2, isPlain: true },
    { slot: 2, shade: 3, isPlain: true },
  ]);
});

test("what belongs to no environment has the hue of none", () => {
  expect(looks({ job: "a" }, { job: "b" }).map(({ slot }) => slot)).toEqual([NOBODY, NOBODY]);
});
