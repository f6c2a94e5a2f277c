import type { ReactNode } from "react";
import { Sparkline } from "../../charts/Sparkline.tsx";
import type { Thresholds } from "../../lib/health/health.ts";
import { formatIn } from "../../lib/format/units.ts";
import type { GridSeries } from "../../lib/series/series.ts";
import { lookOf } from "../../theme/environment.ts";
import { Age } from "../../ui/Age.tsx";
import { StateBadge } from "../../ui/StateBadge.tsx";
import type { RowPlace } from "../../ui/useRowsOnScreen.ts";
import styles from "./EnvironmentTable.module.css";
import type { Scales } from "./EnvironmentTable.tsx";
import type { EnvironmentRow, PlaneRow } from "./rows.ts";
import { SHOWN } from "./useOverview.ts";
import type { ShownSignal } from "./useOverview.ts";

/** What a phone shows above each number, for want of a header. */
const SHORT: Readonly<Record<ShownSignal, string>> = {
  requests: "Requests",
  errors: "Errors",
  p95: "p95",
  active: "Active",
};

interface Props {
  readonly line: EnvironmentRow | PlaneRow;
  readonly name: ReactNode;
  readonly note?: ReactNode;
  readonly scales: Scales;
  readonly slot: number;
  readonly thresholds: Thresholds;
  readonly series: (signal: ShownSignal) => GridSeries | undefined;
  /** Which line of the table it is, the header's being 1. */
  readonly index: number;
  /** Where the row of a data plane stands among those of its environment. */
  readonly place?: RowPlace & { readonly measure: (row: HTMLElement | null) => void };
}

/** The row of an environment or of a data plane. */
export function RowCells(props: Props) {
  const { line, name, note, scales, slot, thresholds, series, index, place } = props;
  const { health, reasons, values, metricsAt, isLate, isPartial } = line;
  const words = reasons.map(({ text }) => text).join("; ");
  const limits = { errors: thresholds.error_ratio, p95: thresholds.p95_seconds };
  const over = new Set(reasons.flatMap(({ signal }) => signal ?? []));
  return (
    <div
      role="row"
      ref={place?.measure}
      aria-rowindex={index}
      className={styles.row}
      data-health={health}
      data-index={place?.index}
      data-inner={place && ""}
      style={place && place.gap > 0 ? { marginTop: place.gap } : undefined}
    >
      <span role={place ? "cell" : "rowheader"} className={styles.name}>
        {name}
      </span>
      <span role="cell" className={styles.state}>
        <StateBadge health={health} />
        <span className={styles.words} title={words}>
          {words}
        </span>
        {note}
      </span>
      {SHOWN.map((signal) => (
        <span key={signal} role="cell" className={styles.signal} data-over={over.has(signal)}>
          <span className={styles.short}>{SHORT[signal]}</span>
          <span className={`${styles.value} number`}>
            {formatIn(scales[signal], values[signal])}
            {values[signal] !== undefined && (
              <span className={styles.suffix}> {scales[signal].suffix}</span>
            )}
          </span>
          <Sparkline
            series={series(signal)}
            colour={lookOf(slot).colour}
            threshold={signal === "errors" || signal === "p95" ? limits[signal] : undefined}
          />
        </span>
      ))}
      <span role="cell" className={styles.fresh} data-late={isLate}>
        <MetricsAge at={metricsAt} isPartial={isPartial} />
      </span>
    </div>
  );
}

function MetricsAge({ at, isPartial }: { at: number | null | undefined; isPartial: boolean }) {
  if (at === undefined) return isPartial ? "not known" : "–";
  if (at === null) return "none in a day";
  return <Age since={at} />;
}
