import { useState } from "react";
import { formatMoment } from "../lib/format/moment.ts";
import { zoneName } from "../lib/time/zone.ts";
import type { Zone } from "../lib/time/zone.ts";
import { CopyButton } from "../ui/CopyButton.tsx";
import { ScrollTable } from "../ui/ScrollTable.tsx";
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
  readonly zone: Zone;
}

/** By what the rows are sorted: the times, or the values of a series. */
interface Order {
  readonly by: string;
  readonly isFalling: boolean;
}

const TIME = "";
const NEWEST_FIRST: Order = { by: TIME, isFalling: true };

/** Rows that are shown at once; the rest comes when asked for. */
const FIRST_ROWS = 60;

/** A chart's values as a table, the newest first or sorted by a column, in the chart's own size. */
export function DataTable({ title, series, axis, span, height, zone }: Props) {
  const [hasAll, setHasAll] = useState(false);
  const [order, setOrder] = useState(NEWEST_FIRST);
  const times = sorted(timesOf(series, span), series, order);
  const shown = hasAll ? times : times.slice(0, FIRST_ROWS);
  const write = (time: number) => [
    formatMoment(time, zone),
    ...series.map(({ data }) => axis.write(valueAt(data, time))),
  ];
  const names = ["Time", ...series.map(({ name }) => `${name} ${axis.suffix}`.trim())];
  const head = (by: string, name: string, suffix?: string) => (
    <Head key={by} {...{ by, name, suffix, order }} onOrder={setOrder} />
  );
  const rest = shown.length < times.length && (
    <button type="button" className={styles.more} onClick={() => setHasAll(true)}>
      Show all {times.length} rows
    </button>
  );
  return (
    <ScrollTable label={title} className={styles.table} height={height} below={rest}>
      <caption>
        {title}, times in {zoneName(zone)}
        <CopyButton
          label={`${title}: Copy the table`}
          text={() => [names, ...times.map(write)].map((row) => row.join("\t")).join("\n")}
        />
      </caption>
      <thead>
        <tr>
          {head(TIME, "Time")}
          {series.map(({ id, name }) => head(id, name, axis.suffix))}
        </tr>
      </thead>
      <tbody>
        {shown.map((time) => (
          <tr key={time}>
            {write(time).map((text, column) =>
              column === 0 ? (
                <th key={TIME} scope="row">
                  {text}
                </th>
              ) : (
                <td key={series[column - 1]?.id}>{text}</td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </ScrollTable>
  );
}

interface HeadProps {
  readonly by: string;
  readonly name: string;
  readonly suffix?: string | undefined;
  readonly order: Order;
  readonly onOrder: (order: Order) => void;
}

/** A column's name, which sorts by it; the largest first, and the other way round when it did. */
function Head({ by, name, suffix = "", order, onOrder }: HeadProps) {
  const isOwn = order.by === by;
  const direction = order.isFalling ? "descending" : "ascending";
  return (
    <th scope="col" aria-sort={isOwn ? direction : "none"}>
      <button type="button" onClick={() => onOrder({ by, isFalling: !(isOwn && order.isFalling) })}>
        {name}
        {suffix !== "" && <small> {suffix}</small>}
      </button>
    </th>
  );
}

/** Times in the order of what stands at them; gaps come last either way. */
function sorted(times: readonly number[], series: readonly ChartSeries[], order: Order): number[] {
  const sign = order.isFalling ? -1 : 1;
  const data = series.find(({ id }) => id === order.by)?.data;
  const keyOf = (time: number) => (data === undefined ? time : valueAt(data, time));
  return times.toSorted((one, other) => {
    const [a, b] = [keyOf(one), keyOf(other)];
    if (Number.isNaN(a) || Number.isNaN(b))
      return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
    return sign * (a - b);
  });
}

/** The times of the finest series of a chart. */
function timesOf(series: readonly ChartSeries[], span: Span): number[] {
  const step = stepOf(series, span);
  const data = series.find((one) => one.data.step === step)?.data;
  if (data === undefined) return [];
  return Array.from(data.values, (_, index) => data.start + index * step).filter(
    (time) => time >= span.start && time <= span.end,
  );
}
