import { presence } from "../series/presence.ts";
import type { Stretch } from "../series/presence.ts";
import type { GridSeries } from "../series/series.ts";
import { lastOf } from "../time/grid.ts";
import type { Grid } from "../time/grid.ts";
import { rankOf } from "./rules.ts";

/** When an alert of one severity fired and was pending in one environment, over a range. */
export interface HistoryLine {
  readonly name: string;
  readonly severity: string;
  readonly environment: string | undefined;
  /** A stretch that ends at the range's end is not over. */
  readonly firing: readonly Stretch[];
  readonly pending: readonly Stretch[];
  /** How long it fired altogether, in seconds. */
  readonly lasted: number;
}

/** The history of alerts from their series, the worst and then the earliest first. */
export function historyOf(series: readonly GridSeries[]): HistoryLine[] {
  const lines = Map.groupBy(series, ({ labels }) =>
    JSON.stringify([labels["alertname"], labels["severity"], labels["environment"]]),
  );
  return [...lines.values()].map(lineOf).toSorted(compare);
}

function lineOf(series: readonly GridSeries[]): HistoryLine {
  const { alertname: name = "", severity = "none", environment } = series[0]?.labels ?? {};
  const during = (state: string) =>
    series.filter(({ labels }) => labels["alertstate"] === state).flatMap(presence);
  const step = series[0]?.step ?? 0;
  const firing = during("firing");
  return {
    name,
    severity,
    environment,
    firing,
    pending: during("pending"),
    // A point stands for the step before it.
    lasted: firing.reduce((sum, { start, end }) => sum + end - start + step, 0),
  };
}

function compare(one: HistoryLine, other: HistoryLine): number {
  return (
    rankOf(one.severity) - rankOf(other.severity) ||
    beginOf(one) - beginOf(other) ||
    one.name.localeCompare(other.name)
  );
}

function beginOf({ firing, pending }: HistoryLine): number {
  return Math.min(...[...firing, ...pending].map(({ start }) => start));
}

/** Whether a stretch goes on at the end of what was asked for. */
export function goesOn({ end }: Stretch, grid: Grid): boolean {
  return end >= lastOf(grid);
}

/** Whether a stretch began before what was asked for. */
export function beganEarlier({ start }: Stretch, grid: Grid): boolean {
  return start <= grid.start;
}
