import { newest } from "../lib/series/series.ts";
import { BOTTOM, TOP } from "./plot.ts";
import type { Plot } from "./plot.ts";
import { hasEnded } from "./sample.ts";
import type { ChartSeries } from "./types.ts";

export interface EndLabel {
  readonly series: ChartSeries;
  /** The label's middle, in pixels from the top of the chart. */
  readonly y: number;
}

const MOST = 4;
const LINE = 14;

/**
 * Names for the lines' right ends, four of the highest lines at most, moved apart where they would
 * cover each other. A line that ended earlier gets none: its end is elsewhere.
 */
export function endLabels(plot: Plot, series: readonly ChartSeries[]): EndLabel[] {
  const labels = series
    .flatMap((one) => {
      const last = newest(one.data);
      if (last === undefined || hasEnded(one.data, last.time, plot.span)) return [];
      const y = plot.yAt(last.value);
      return y >= TOP && y <= plot.height - BOTTOM ? [{ series: one, y }] : [];
    })
    .toSorted((a, b) => a.y - b.y)
    .slice(0, MOST);
  return spread(labels, TOP, plot.height - BOTTOM);
}

/** Moves labels down until none covers the one above, then up until the last is within the plot. */
function spread(labels: readonly EndLabel[], top: number, bottom: number): EndLabel[] {
  const ys: number[] = [];
  for (const { y } of labels) ys.push(Math.max(y, (ys.at(-1) ?? top - LINE) + LINE));
  let below = bottom + LINE;
  for (let index = ys.length - 1; index >= 0; index--) {
    below = Math.min(ys[index] ?? below, below - LINE);
    ys[index] = below;
  }
  return labels.map((label, index) => ({ ...label, y: ys[index] ?? label.y }));
}
