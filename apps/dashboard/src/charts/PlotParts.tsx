import { formatTimeOfDay } from "../lib/format/moment.ts";
import { formatOffset, offsetAt, zoneName } from "../lib/time/zone.ts";
import type { Zone } from "../lib/time/zone.ts";
import { endLabels } from "./end-labels.ts";
import { lineStyle } from "./line-style.ts";
import { BOTTOM, LEFT, TOP, clampedX } from "./plot.ts";
import type { Plot } from "./plot.ts";
import styles from "./PlotParts.module.css";
import { hasEnded, newestTime } from "./sample.ts";
import type { ChartSeries, Threshold } from "./types.ts";

interface NotesProps {
  readonly plot: Plot;
  readonly series: readonly ChartSeries[];
  readonly zone: Zone;
}

/** The axes' unit and zone, and words where data is missing. */
export function PlotNotes({ plot, series, zone }: NotesProps) {
  const newest = newestTime(series);
  return (
    <>
      <div className={styles.unit} style={{ width: LEFT - 8 }}>
        {plot.axis.suffix}
      </div>
      <div className={styles.zone} style={{ width: LEFT - 4 }} title={zoneName(zone)}>
        {formatOffset(offsetAt(plot.span.end, zone))}
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

interface LimitProps {
  readonly plot: Plot;
  readonly limit: Threshold;
  readonly kind: "threshold" | "reference";
}

/** A value with its name, over the lines and the grid. */
export function Limit({ plot, limit: { value, text }, kind }: LimitProps) {
  return (
    <div
      className={styles.limit}
      data-kind={kind}
      style={{ left: LEFT, right: plot.right, top: Math.round(plot.yAt(value)) }}
    >
      <span>{text}</span>
    </div>
  );
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
  if (!plot.hasEndLabels) return null;
  return endLabels(plot, series).map(({ series: one, y }) => {
    const { width, opacity, colour } = lineStyle(one);
    // A fraction of a pixel would look thick here and thin there.
    const style = { height: Math.ceil(width), opacity, background: colour };
    return (
      <div
        key={one.id}
        className={styles.end}
        style={{ top: y, width: plot.right - 8 }}
        aria-hidden
      >
        <span className={styles.tick} style={style} />
        <span className={styles.name}>{one.name}</span>
      </div>
    );
  });
}
