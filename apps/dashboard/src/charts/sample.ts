import { gridOfSeries, indexAt, newest } from "../lib/series/series.ts";
import type { GridSeries } from "../lib/series/series.ts";
import type { ChartSeries, Span } from "./types.ts";

/** How many points may be missing at the end: the newest are often still on their way. */
const STEPS_MISSED = 3;

/** The value that stands nearest to a time; NaN in a gap and beyond the ends. */
export function valueAt(series: GridSeries, time: number): number {
  const index = indexAt(gridOfSeries(series), time);
  return index === undefined ? Number.NaN : (series.values[index] ?? Number.NaN);
}

/** The time on the finest grid of a chart that is nearest to a time, within its span. */
export function snapped(series: readonly ChartSeries[], span: Span, time: number): number {
  const finest = finestOf(series);
  const onGrid =
    finest === undefined
      ? time
      : finest.start + Math.round((time - finest.start) / finest.step) * finest.step;
  return Math.min(Math.max(onGrid, span.start), span.end);
}

/** The smallest distance between two values of a chart, in seconds. */
export function stepOf(series: readonly ChartSeries[], span: Span): number {
  return finestOf(series)?.step ?? (span.end - span.start) / 100;
}

/** When a chart's newest value stood; undefined when it has none. */
export function newestTime(series: readonly ChartSeries[]): number | undefined {
  let latest: number | undefined;
  for (const { data } of series) {
    const time = newest(data)?.time;
    if (time !== undefined && (latest === undefined || time > latest)) latest = time;
  }
  return latest;
}

/** Whether a series ended so early before the end of a span that something has to be said. */
export function hasEnded(series: GridSeries, last: number, span: Span): boolean {
  return span.end - last >= STEPS_MISSED * series.step;
}

function finestOf(series: readonly ChartSeries[]): GridSeries | undefined {
  return series.map(({ data }) => data).toSorted((a, b) => a.step - b.step)[0];
}
