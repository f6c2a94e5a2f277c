import { expect, test } from "vitest";
import { endLabels } from "./end-labels.ts";
import { BOTTOM, plotOf } from "./plot.ts";
import type { ChartSeries } from "./types.ts";
import { valueAxis } from "./value-axis.ts";

function line(name: string, ...values: number[]): ChartSeries {
  const data = { labels: {}, start: 1000, step: 10, values: Float64Array.from(values) };
  return { id: name, name, slot: 1, kind: "line", data };
}

function labelsOf(...series: ChartSeries[]) {
  const axis = valueAxis({ series, thresholds: [], unit: "count", scale: "linear", height: 200 });
  const plot = plotOf({
    width: 700,
    height: 200,
    span: { start: 1000, end: 1050 },
    axis,
    lines: 2,
  });
  return { plot, labels: endLabels(plot, series) };
}

test("a name stands where its line ends", () => {
  const { plot, labels } = labelsOf(line("prod", 1, 1, 1, 1, 1, 80));
  expect(labels).toMatchObject([{ series: { name: "prod" }, y: plot.yAt(80) }]);
});

test("names of lines that end together do not cover each other and stay within the chart", () => {
  const names = ["a", "b", "c", "d"];
  const { plot, labels } = labelsOf(...names.map((name) => line(name, 100, 0, 0, 0, 0, 0)));
  const ys = labels.map(({ y }) => y);
  for (let index = 1; index < ys.length; index++) {
    expect((ys[index] ?? 0) - (ys[index - 1] ?? 0)).toBeGreaterThanOrEqual(14);
  }
  expect(ys.at(-1)).toBeLessThanOrEqual(plot.height - BOTTOM);
});

test("a line that ended long ago has no name at the end", () => {
  expect(labelsOf(line("prod", 1, 1), line("dev", 1, 1, 1, 1, 1, 1)).labels).toHaveLength(1);
});
