import { presence } from "../series/presence.ts";
import type { Stretch } from "../series/presence.ts";
import type { GridSeries } from "../series/series.ts";

/** A stretch in which a series was over a limit, and how far it went. */
export interface SpanOver extends Stretch {
  readonly peak: number;
  /** Seconds since 1970. */
  readonly peakAt: number;
}

/** The stretches in which a series was over a limit; single points below it belong to them. */
export function spansOver(series: GridSeries, limit: number): SpanOver[] {
  const over = series.values.map((value) => (value > limit ? value : Number.NaN));
  return presence({ ...series, values: over }).map((stretch) => ({
    ...stretch,
    ...peakWithin(series, stretch),
  }));
}

function peakWithin(series: GridSeries, { start, end }: Stretch) {
  let [peak, peakAt] = [Number.NEGATIVE_INFINITY, start];
  series.values.forEach((value, index) => {
    const time = series.start + index * series.step;
    if (time >= start && time <= end && value > peak) [peak, peakAt] = [value, time];
  });
  return { peak, peakAt };
}
