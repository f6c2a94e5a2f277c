import { useState } from "react";
import { scaleForAll } from "../../lib/format/units.ts";
import type { Scale, Unit } from "../../lib/format/units.ts";
import type { Range } from "../../lib/time/range.ts";
import { EnvironmentName } from "../../ui/EnvironmentName.tsx";
import styles from "./EnvironmentTable.module.css";
import { PlaneRows } from "./PlaneRows.tsx";
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
  const scales = scalesOf(rows);
  const toggle = (name: string) => {
    const next = new Set(open);
    if (!next.delete(name)) next.add(name);
    setOpen(next);
  };
  return (
    <div role="table" aria-label="Environments" className={styles.table}>
      <Header scales={scales} />
      {rows.map((row) => {
        const { name, slot, thresholds } = row.environment;
        const isOpen = open.has(name);
        return (
          <div key={name} role="rowgroup" className={styles.group}>
            <RowCells
              line={row}
              scales={scales}
              slot={slot}
              thresholds={thresholds}
              series={(signal) => line(name, signal)}
              note={noteOf(row)}
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
            {isOpen && <PlaneRows row={row} scales={scales} range={range} />}
          </div>
        );
      })}
    </div>
  );
}

function Header({ scales }: { scales: Scales }) {
  return (
    <div role="row" className={styles.header}>
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

function noteOf({ alerts }: EnvironmentRow): string | undefined {
  if (alerts === 0) return undefined;
  return `${alerts} ${alerts === 1 ? "alert" : "alerts"}`;
}
