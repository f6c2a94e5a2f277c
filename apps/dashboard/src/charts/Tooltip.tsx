import { useSyncExternalStore } from "react";
import { formatMoment } from "../lib/format/moment.ts";
import type { Zone } from "../lib/time/zone.ts";
import type { CursorStore } from "./cursor-store.ts";
import { LEFT, clampedX } from "./plot.ts";
import type { Plot } from "./plot.ts";
import { Swatch } from "./Swatch.tsx";
import styles from "./Tooltip.module.css";
import { tooltipRows } from "./tooltip-rows.ts";
import type { ChartSeries } from "./types.ts";

interface Props {
  readonly chart: string;
  readonly cursor: CursorStore;
  readonly plot: Plot;
  readonly series: readonly ChartSeries[];
  readonly zone: Zone;
}

const DISTANCE = 14;

/** The values under the cursor, beside it, in the one chart that is pointed at. */
export function Tooltip({ chart, cursor, plot, series, zone }: Props) {
  const at = useSyncExternalStore(cursor.subscribe, () => {
    const current = cursor.get();
    return current?.chart === chart ? current : null;
  });
  if (at === null) return null;

  const { drawn } = at;
  const distance =
    drawn === undefined ? undefined : (value: number) => Math.abs(plot.axis.drawn(value) - drawn);
  const { rows, left } = tooltipRows(series, at.time, distance);
  const x = clampedX(plot, at.time);
  const isLeft = x > (LEFT + plot.width - plot.right) / 2;
  const place = isLeft ? { right: plot.width - x + DISTANCE } : { left: x + DISTANCE };
  return (
    <div className={styles.tooltip} style={{ ...place, maxWidth: plot.width / 2 }} aria-hidden>
      <div className={styles.time}>{formatMoment(at.time, zone)}</div>
      {rows.map(({ series: one, value }) => (
        <div key={one.id} className={styles.row}>
          <Swatch series={one} />
          <span className={styles.name}>{one.name}</span>
          <span className={styles.value}>
            {plot.axis.write(value)} <small>{plot.axis.suffix}</small>
          </span>
        </div>
      ))}
      {left > 0 && <div className={styles.rest}>and {left} more</div>}
      {rows.length === 0 && <div className={styles.rest}>no data at this time</div>}
    </div>
  );
}
