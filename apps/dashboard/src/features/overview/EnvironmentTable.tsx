import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { scaleForAll } from "../../lib/format/units.ts";
import type { Scale, Unit } from "../../lib/format/units.ts";
import { counted } from "../../lib/format/words.ts";
import type { Range } from "../../lib/time/range.ts";
import { EnvironmentName } from "../../ui/EnvironmentName.tsx";
import styles from "./EnvironmentTable.module.css";
import { PlaneRows, searchLines } from "./PlaneRows.tsx";
import { RowCells } from "./RowCells.tsx";
import type { EnvironmentRow, Values } from "./rows.ts";
import { SHOWN } from "./useOverview.ts";
import type { Overview, ShownSignal } from "./useOverview.ts";

const COLUMNS: Readonly<Record<ShownSignal, { readonly title: string; readonly unit: Unit }>> = {
  requests: { title: "Requests", unit: "requests/s" },
  errors: { title: "Errors", unit: "ratio" },
  p95: { title: "Latency p95", unit: "seconds" },
  active: { title: "Active", unit: "count" },
};

export type Scales = Readonly<Record<ShownSignal, Scale>>;

interface Props {
  readonly rows: readonly EnvironmentRow[];
  readonly line: Overview["line"];
  readonly range: Range;
}

/** One row per environment, which opens to those of its data planes. */
export function EnvironmentTable({ rows, line, range }: Props) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const scales = useMemo(() => scalesOf(rows), [rows]);
  const lines = linesOf(rows, open);
  const toggle = (name: string) => {
    const next = new Set(open);
    if (!next.delete(name)) next.add(name);
    setOpen(next);
  };
  return (
    <div
      role="table"
      aria-label="Environments"
      aria-rowcount={lines.count}
      className={styles.table}
    >
      <Header scales={scales} />
      {rows.map((row, place) => {
        const index = lines.starts[place] ?? 0;
        const { name, slot, thresholds } = row.environment;
        const isOpen = open.has(name);
        return (
          <div key={name} role="rowgroup" className={styles.group}>
            <RowCells
              index={index}
              line={row}
              scales={scales}
              slot={slot}
              thresholds={thresholds}
              series={(signal) => line(name, signal)}
              note={<AlertsLink row={row} />}
              name={
                <button
                  type="button"
                  className={styles.toggle}
                  aria-expanded={isOpen}
                  onClick={() => toggle(name)}
                >
                  <EnvironmentName environment={row.environment} />
                  <span className={styles.count}>{row.planes.length}</span>
                </button>
              }
            />
            {isOpen && <PlaneRows row={row} scales={scales} range={range} line={index + 1} />}
          </div>
        );
      })}
    </div>
  );
}

function Header({ scales }: { scales: Scales }) {
  return (
    <div role="row" aria-rowindex={1} className={styles.header}>
      <span role="columnheader">Environment</span>
      <span role="columnheader">State</span>
      {SHOWN.map((signal) => (
        <span key={signal} role="columnheader">
          {COLUMNS[signal].title} {scales[signal].suffix}
        </span>
      ))}
      <span role="columnheader" className={styles.right}>
        Last metrics
      </span>
    </div>
  );
}

/** Which line of the table each environment's is, the header's being 1, and how many there are. */
function linesOf(rows: readonly EnvironmentRow[], open: ReadonlySet<string>) {
  let count = 1;
  const starts = rows.map(({ environment, planes }) => {
    const start = count + 1;
    count = start + (open.has(environment.name) ? planes.length + searchLines(planes.length) : 0);
    return start;
  });
  return { starts, count };
}

/** One scale per column, so that its numbers can be compared. */
function scalesOf(rows: readonly EnvironmentRow[]): Scales {
  const values: Values[] = rows.flatMap((row) => [
    row.values,
    ...row.planes.map((one) => one.values),
  ]);
  const scale = (signal: ShownSignal) =>
    scaleForAll(
      COLUMNS[signal].unit,
      values.map((one) => one[signal] ?? Number.NaN),
    );
  return {
    requests: scale("requests"),
    errors: scale("errors"),
    p95: scale("p95"),
    active: scale("active"),
  };
}

function AlertsLink({ row: { alerts, environment } }: { row: EnvironmentRow }) {
  if (alerts === 0) return null;
  return (
    <Link
      to="/alerts"
      search={(before) => ({ ...before, env: [environment.name] })}
      className={styles.note}
    >
      {counted(alerts, "alert")}
    </Link>
  );
}
