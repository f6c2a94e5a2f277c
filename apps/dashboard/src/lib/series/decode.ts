import type { Grid } from "../time/grid.ts";
import { indexAt } from "./series.ts";
import type { GridSeries, Labels, Sample } from "./series.ts";

/** An answer that is not what Prometheus' API promises. */
export class MalformedError extends Error {}

/** A range query's `result`, put on the grid that was asked for; absent points are gaps. */
export function decodeMatrix(result: readonly unknown[], grid: Grid): GridSeries[] {
  return result.map((entry) => {
    const { metric, values } = fieldsOf(entry);
    if (!Array.isArray(values)) throw new MalformedError("a series has no values");
    const onGrid = new Float64Array(grid.count).fill(Number.NaN);
    for (const pair of values) {
      const [time, value] = decodePair(pair);
      const index = indexAt(grid, time);
      if (index !== undefined) onGrid[index] = value;
    }
    return { labels: decodeLabels(metric), start: grid.start, step: grid.step, values: onGrid };
  });
}

/** An instant query's `result`. */
export function decodeVector(result: readonly unknown[]): Sample[] {
  return result.map((entry) => {
    const { metric, value: pair } = fieldsOf(entry);
    const [time, value] = decodePair(pair);
    return { labels: decodeLabels(metric), time, value };
  });
}

function fieldsOf(entry: unknown): { metric?: unknown; value?: unknown; values?: unknown } {
  if (typeof entry !== "object" || entry === null) throw new MalformedError("no series");
  return entry;
}

function decodeLabels(metric: unknown): Labels {
  if (typeof metric !== "object" || metric === null) throw new MalformedError("no labels");
  const labels: Record<string, string> = {};
  for (const [name, value] of Object.entries(metric)) {
    if (typeof value !== "string") throw new MalformedError(`label ${name} is no text`);
    labels[name] = value;
  }
  return labels;
}

function decodePair(pair: unknown): [time: number, value: number] {
  if (!Array.isArray(pair)) throw new MalformedError("a sample is no pair");
  const [time, text]: unknown[] = pair;
  if (typeof time !== "number" || typeof text !== "string") {
    throw new MalformedError("a sample is no pair of time and text");
  }
  return [time, decodeValue(text)];
}

function decodeValue(text: string): number {
  if (text === "+Inf") return Number.POSITIVE_INFINITY;
  if (text === "-Inf") return Number.NEGATIVE_INFINITY;
  const value = Number(text);
  if (text === "" || (Number.isNaN(value) && text !== "NaN")) {
    throw new MalformedError(`${text.slice(0, 40)} is no number`);
  }
  return value;
}
