import { describe, expect, test } from "vitest";
import type { GridSeries } from "../lib/series/series.ts";
import { presence } from "../lib/series/presence.ts";
import { GLYPH, deployMarks, groupMarks, marksWhilePresent } from "./marks.ts";
import { LEFT, plotOf } from "./plot.ts";
import type { Mark } from "./types.ts";
import { valueAxis } from "./value-axis.ts";

const _ = Number.NaN;

function series(labels: Record<string, string>, ...values: number[]): GridSeries {
  return { labels, start: 1000, step: 10, values: Float64Array.from(values) };
}

function version(service_version: string, ...values: number[]): GridSeries {
  return series({ environment: "prod", service_version }, ...values);
}

function deploysOf(...versions: GridSeries[]) {
  return deployMarks(versions).map((mark) => [mark.text, "at" in mark ? mark.at : undefined]);
}

function deploy(at: number): Mark {
  return { kind: "deploy", environment: "prod", text: "1.1", at };
}

function fault(start: number, end: number): Mark {
  return { kind: "fault", environment: "prod", text: "latency", start, end };
}

describe("something that goes on for a while", () => {
  test("is there from its first to its last sample", () => {
    expect(presence(series({}, _, 1, 1, _, _))).toEqual([{ start: 1010, end: 1020 }]);
  });

  test("survives a single missed scrape, and ends with two", () => {
    expect(presence(series({}, 1, _, 1, _, _, 1))).toEqual([
      { start: 1000, end: 1020 },
      { start: 1050, end: 1050 },
    ]);
  });

  test("is marked with its environment and its name", () => {
    const alert = series({ environment: "prod", alertname: "ErrorsHigh" }, _, 1, 1);
    expect(marksWhilePresent("alert", [alert], "alertname")).toEqual([
      {
        kind: "alert",
        environment: "prod",
        text: "ErrorsHigh",
        alert: "ErrorsHigh",
        start: 1010,
        end: 1020,
      },
    ]);
  });
});

describe("a deploy", () => {
  test("is where a new version follows another", () => {
    expect(deploysOf(version("1.0", 1, 1, _, _), version("1.1", _, _, 1, 1))).toEqual([
      ["1.1", 1020],
    ]);
  });

  test("is seen while the old version still runs on other hosts", () => {
    expect(deploysOf(version("1.0", 3, 2, 1, _), version("1.1", _, 1, 2, 3))).toEqual([
      ["1.1", 1010],
    ]);
  });

  test("is a way back, too", () => {
    expect(
      deploysOf(version("1.0", 1, 1, _, _, _, _, 1), version("1.1", _, _, 1, 1, 1, 1, _)),
    ).toEqual([
      ["1.0", 1060],
      ["1.1", 1020],
    ]);
  });

  test("is not what was there from the start, nor what comes back after an outage", () => {
    expect(deploysOf(version("1.0", 1, 1, _, _, _, _, 1))).toEqual([]);
    expect(deploysOf(version("1.0", _, _, 1, 1))).toEqual([]);
  });

  test("of another environment is none of this one's", () => {
    const dev = series({ environment: "dev", service_version: "1.0" }, 1, 1, 1, 1);
    expect(deploysOf(dev, version("1.1", _, _, 1, 1))).toEqual([]);
  });
});

describe("glyphs at the top edge", () => {
  const axis = valueAxis({
    series: [],
    thresholds: [],
    unit: "count",
    scale: "linear",
    height: 200,
  });
  const plot = plotOf({
    width: 1000,
    height: 200,
    span: { start: 1000, end: 2000 },
    axis,
    lines: 2,
  });
  test("share one place where they would cover each other", () => {
    const groups = groupMarks(plot, [deploy(1500), deploy(1200), deploy(1510)]);
    expect(groups.map(({ marks }) => marks.length)).toEqual([1, 2]);
  });

  test("leave out what is not in the range", () => {
    expect(groupMarks(plot, [deploy(999), deploy(2001), fault(0, 999)])).toEqual([]);
  });

  test("stand within the chart also for what has just begun", () => {
    const [narrow] = groupMarks(plotOf({ ...plot, lines: 1 }), [fault(2000, 2000)]);
    expect(narrow?.x).toBe(plot.width - GLYPH / 2);
  });

  test("stand at the edge for what began before the range", () => {
    expect(groupMarks(plot, [fault(500, 1200)])).toMatchObject([{ x: LEFT + GLYPH / 2 }]);
  });
});
