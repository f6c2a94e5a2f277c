import { useState } from "react";
import { formatMoment } from "../lib/format/moment.ts";
import styles from "./DataTable.module.css";
import { stepOf, valueAt } from "./sample.ts";
import type { ChartSeries, Span } from "./types.ts";
import type { ValueAxis } from "./value-axis.ts";

interface Props {
  readonly title: string;
  readonly series: readonly ChartSeries[];
  readonly axis: ValueAxis;
  readonly span: Span;
  readonly height: number;
  readonly zone?: string | undefined;
}

/** Rows that are shown at once; the rest comes when asked for. */
const FIRST_ROWS = 60;

/** A chart's values as a table, the newest first, in the chart's own size. */
export function DataTable({ title, series, axis, span, height, zone }: Props) {
  const [hasAll, setHasAll] = useState(false);
  const times = timesOf(series, span);
  const shown = hasAll ? times : times.slice(0, FIRST_ROWS);
  return (
    // A region that scrolls has to be reachable by keys.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className={styles.frame} style={{ height }} tabIndex={0} aria-label={title}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {series.map(({ id, name }) => (
              <th key={id} scope="col">
                {name} {axis.suffix !== "" && <small>{axis.suffix}</small>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((time) => (
            <tr key={time}>
              <th scope="row">{formatMoment(time, zone)}</th>
              {series.map(({ id, data }) => (
                <td key={id}>{axis.write(valueAt(data, time))}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < times.length && (
        <button type="button" className={styles.more} onClick={() => setHasAll(true)}>
          Show all {times.length} rows
        </button>
      )}
    </section>
  );
}

/** The times of the finest series of a chart, the newest first. */
function timesOf(series: readonly ChartSeries[], span: Span): number[] {
  const step = stepOf(series, span);
  const data = series.find((one) => one.data.step === step)?.data;
  if (data === undefined) return [];
  return Array.from(data.values, (_, index) => data.start + index * step)
    .filter((time) => time >= span.start && time <= span.end)
    .toReversed();
}
