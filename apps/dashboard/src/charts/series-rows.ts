import type { Cell } from "../lib/csv.ts";
import { formatIso } from "../lib/time/zone.ts";
import type { Zone } from "../lib/time/zone.ts";
import type { ChartSeries } from "./types.ts";

/**
 * A chart as a table: what it is, said in pairs of a word and its meaning, an empty row, then one
 * row per time (ISO 8601) with a column per series. All series stand on one grid; gaps are
 * empty, numbers are in base units and not rounded.
 */
export function seriesRows(
  about: readonly (readonly [word: string, meaning: string | number])[],
  series: readonly ChartSeries[],
  zone: Zone,
): Cell[][] {
  const [first] = series;
  if (first === undefined) return about.map((pair) => [...pair]);
  const { start, step, values } = first.data;
  const lines = Array.from(values, (_, index) => [
    formatIso(start + index * step, zone),
    ...series.map(({ data }) => data.values[index] ?? Number.NaN),
  ]);
  return [
    ...about.map((pair) => [...pair]),
    [],
    ["time", ...series.map(({ name }) => name)],
    ...lines,
  ];
}
