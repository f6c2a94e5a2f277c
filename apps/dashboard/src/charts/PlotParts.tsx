import { formatTimeOfDay } from "../lib/format/moment.ts";
import { endLabels } from "./end-labels.ts";
import { slotColour } from "./line-style.ts";
import { BOTTOM, LEFT, TOP, clampedX } from "./plot.ts";
import type { Plot } from "./plot.ts";
import styles from "./PlotParts.module.css";
import { hasEnded, newestTime } from "./sample.ts";
import type { ChartSeries, Threshold } from "./types.ts";

interface NotesProps {
  readonly plot: Plot;
  readonly series: readonly ChartSeries[];
  readonly zone: string | undefined;
}

/** The axis' unit, and words where data is missing. */
export function PlotNotes({ plot, series, zone }: NotesProps) {
  const newest = newestTime(series);
  return (
    <>
      <div className={styles.unit} style={{ width: LEFT - 8 }}>
        {plot.axis.suffix}
      </div>
      {newest === undefined && (
        <p className={styles.empty}>
          <span>no data in this range</span>
        </p>
      )}
      {newest !== undefined && series.every(({ data }) => hasEnded(data, newest, plot.span)) && (
        <div className={styles.stale} style={besideEnd(plot, newest)}>
          <span>no data since {formatTimeOfDay(newest, zone)}</span>
        </div>
      )}
    </>
  );
}

interface ThresholdsProps {
  readonly plot: Plot;
  readonly thresholds: readonly Threshold[];
}

/** Limits, over the lines and the grid. */
export function Thresholds({ plot, thresholds }: ThresholdsProps) {
  return thresholds.map(({ value, text }) => (
    <div
      key={text}
      className={styles.threshold}
      style={{ left: LEFT, right: plot.right, top: Math.round(plot.yAt(value)) }}
    >
      <span>{text}</span>
    </div>
  ));
}

function besideEnd(plot: Plot, newest: number) {
  const left = clampedX(plot, newest);
  return {
    left,
    width: plot.width - plot.right - left,
    top: TOP,
    height: plot.height - TOP - BOTTOM,
  };
}

interface EndLabelsProps {
  readonly plot: Plot;
  readonly series: readonly ChartSeries[];
}

/** The lines' names at their right ends, where the chart is wide enough. */
export function EndLabels({ plot, series }: EndLabelsProps) {
  if (!plot.hasEndLabels || series.length < 2) return null;
  return endLabels(plot, series).map(({ series: { id, name, slot }, y }) => (
    <div key={id} className={styles.end} style={{ top: y, width: plot.right - 8 }} aria-hidden>
      <span className={styles.tick} style={{ background: slotColour(slot) }} />
      <span className={styles.name}>{name}</span>
    </div>
  ));
}
