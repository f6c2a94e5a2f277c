import { describe, expect, test } from "vitest";
import type { ChartTheme } from "./chart-theme.ts";
import { chartOptions, flatten } from "./options.ts";
import { plotOf } from "./plot.ts";
import type { ChartSeries, LineKind } from "./types.ts";
import { valueAxis } from "./value-axis.ts";

const THEME: ChartTheme = {
  colourOf: ({ colour }) => colour,
  grid: "grid",
  text: "text",
  fontFamily: "Inter",
  fontSize: 11,
};
const SPAN = { start: 1000, end: 1060 };
const GAP = Number.NaN;

function line(kind: LineKind, slot: number, values: readonly number[]): ChartSeries {
  const data = { labels: {}, start: 1000, step: 10, values: Float64Array.from(values) };
  return { id: `${kind} ${slot}`, name: kind, slot, kind, data };
}

function optionsOf(...series: ChartSeries[]) {
  const axis = valueAxis({ series, thresholds: [], unit: "seconds", scale: "linear", height: 200 });
  const plot = plotOf({ width: 700, height: 200, span: SPAN, axis, lines: series.length });
  return chartOptions({ plot, series, theme: THEME, sampling: "lttb", zone: "UTC" });
}

function linesOf(...series: ChartSeries[]) {
  const lines = optionsOf(...series).series;
  return Array.isArray(lines) ? lines : [];
}

describe("a chart's options", () => {
  test("span what was asked for, not what there is", () => {
    expect(optionsOf(line("line", 1, [1]))).toMatchObject({ xAxis: { min: 1000, max: 1060 } });
  });

  test("draw an environment in its colour and dash, whatever its place in the chart is", () => {
    const [second, first] = linesOf(line("line", 2, [1]), line("line", 1, [1]));
    expect(first).toMatchObject({ lineStyle: { color: "var(--slot-1)", type: "solid" } });
    expect(second).toMatchObject({ lineStyle: { color: "var(--slot-2)", type: [6, 3] } });
  });

  test("draw an environment that has the chart for itself solid, until hues return", () => {
    const [own, seventh] = linesOf(
      { ...line("line", 2, [1]), isPlain: true },
      { ...line("line", 7, [1]), isPlain: true },
    );
    expect(own).toMatchObject({ lineStyle: { color: "var(--slot-2)", type: "solid" } });
    expect(seventh).toMatchObject({ lineStyle: { color: "var(--slot-1)", type: [6, 3] } });
  });

  test("have room for names on the right only where several lines need them", () => {
    expect(optionsOf(line("line", 1, [1]))).toMatchObject({ grid: { right: 10 } });
    expect(optionsOf(line("p50", 1, [1]), line("p95", 1, [1]))).toMatchObject({
      grid: { right: 84 },
    });
  });

  test("draw percentiles in one hue, the higher the bolder, with a band between p50 and p99", () => {
    const lines = linesOf(line("p50", 1, [1, 2]), line("p95", 1, [3, 4]), line("p99", 1, [5, 7]));
    expect(lines.map(({ id }) => id)).toEqual([
      "p99 1 floor",
      "p99 1 band",
      "p50 1",
      "p95 1",
      "p99 1",
    ]);
    const [floor, band, ...percentiles] = lines;
    const widths = percentiles.map(({ lineStyle }) => lineStyle?.width);
    expect(widths).toEqual(widths.toSorted());
    expect(new Set(percentiles.map(({ lineStyle }) => lineStyle?.color)).size).toBe(1);
    expect([floor?.stack, floor?.areaStyle]).toEqual([band?.stack, undefined]);
    expect(band?.areaStyle).toMatchObject({ color: "var(--slot-1)" });
    expect(band?.data).toEqual(Float64Array.of(1000, 4, 1010, 5));
  });

  test("leave the band open where either percentile is missing", () => {
    const [floor, band] = linesOf(line("p50", 1, [1, GAP, 1]), line("p99", 1, [5, 5, GAP]));
    expect(floor?.data).toEqual(Float64Array.of(1000, 1, 1010, GAP, 1020, GAP));
    expect(band?.data).toEqual(Float64Array.of(1000, 4, 1010, GAP, 1020, GAP));
  });

  test("draw no band between percentiles of different environments", () => {
    expect(linesOf(line("p50", 1, [1]), line("p99", 2, [5]))).toHaveLength(2);
  });

  test("draw an earlier time behind, in grey, with its environment's dash", () => {
    const [ghost, plain] = linesOf(line("ghost", 2, [1]), line("line", 2, [1]));
    expect(ghost).toMatchObject({
      z: 1,
      lineStyle: { color: "var(--ghost)", type: [6, 3], width: 1 },
    });
    expect(plain?.z).toBeUndefined();
  });

  test("fill active requests", () => {
    const [area, plain] = linesOf(line("area", 1, [1]), line("line", 1, [1]));
    expect(area?.areaStyle).toMatchObject({ color: "var(--slot-1)" });
    expect(plain?.areaStyle).toBeUndefined();
  });

  test("write the axes' numbers as the chart says them", () => {
    const { yAxis } = optionsOf(line("line", 1, [0.3]));
    const { axisLabel } = yAxis as unknown as {
      axisLabel: { customValues: number[]; formatter: (value: number) => string };
    };
    expect(axisLabel.customValues.map(axisLabel.formatter)).toEqual(["0", "100", "200", "300"]);
  });
});

describe("the values of a line", () => {
  const { drawn } = valueAxis({
    series: [],
    thresholds: [],
    unit: "count",
    scale: "linear",
    height: 200,
  });
  const flat = (...values: number[]) => flatten(line("line", 1, values).data, drawn, 2.5);

  test("are one array of time and value", () => {
    expect(flat(1, 2)).toEqual(Float64Array.of(1000, 1, 1010, 2));
  });

  test("stay open in gaps, and where they are infinite", () => {
    expect(flat(1, 2, GAP, 4, 5)).toEqual(
      Float64Array.of(1000, 1, 1010, 2, 1020, GAP, 1030, 4, 1040, 5),
    );
    expect(flat(1, 2, Number.POSITIVE_INFINITY)[5]).toBeNaN();
  });

  test("show a sample between two gaps as a short dash", () => {
    expect(flat(GAP, 7, GAP)).toEqual(Float64Array.of(1000, GAP, 1007.5, 7, 1012.5, 7, 1020, GAP));
    expect(flat(7)).toEqual(Float64Array.of(997.5, 7, 1002.5, 7));
  });
});
