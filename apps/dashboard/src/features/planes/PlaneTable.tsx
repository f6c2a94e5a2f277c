import { useState } from "react";
import { counted } from "../../lib/format/words.ts";
import { FAMILY_NAMES } from "../../lib/promql/chain.ts";
import { EnvironmentName } from "../../ui/EnvironmentName.tsx";
import { StateBadge } from "../../ui/StateBadge.tsx";
import { LadderCells } from "./LadderCells.tsx";
import { STAGES, WORDS } from "./ladder.ts";
import { PlaneDetails } from "./PlaneDetails.tsx";
import styles from "./PlaneTable.module.css";
import { matching } from "./rows.ts";
import type { PlaneRow } from "./rows.ts";
import { useFind } from "./SearchField.tsx";
import { STATE_WORDS } from "./sentence.ts";

/** One row per data plane, which opens to its targets and metrics. */
export function PlaneTable({ rows }: { rows: readonly PlaneRow[] }) {
  const find = useFind();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const shown = matching(rows, find);
  const toggle = (key: string) => {
    const next = new Set(open);
    if (!next.delete(key)) next.add(key);
    setOpen(next);
  };
  if (shown.length === 0) {
    return (
      <p className={styles.none}>
        None of {counted(rows.length, "data plane")} has “{find}” in its names or words.
      </p>
    );
  }
  return (
    <div role="table" aria-label="Data planes" className={styles.table}>
      <Header />
      {shown.map((row) => {
        const key = `${row.facts.environment}/${row.facts.id}`;
        const isOpen = open.has(key);
        return (
          <div key={key} role="rowgroup" className={styles.group}>
            <Row row={row} isOpen={isOpen} onToggle={() => toggle(key)} />
            {isOpen && <PlaneDetails row={row} />}
          </div>
        );
      })}
    </div>
  );
}

function Header() {
  return (
    <div role="row" className={styles.header}>
      <span role="columnheader">Data plane</span>
      <span role="columnheader">State</span>
      {STAGES.map((stage) => (
        <span key={stage} role="columnheader" title={WORDS[stage].proof}>
          {WORDS[stage].name}
        </span>
      ))}
      <span role="columnheader" className={styles.right}>
        Metrics
      </span>
    </div>
  );
}

interface RowProps {
  readonly row: PlaneRow;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function Row({ row, isOpen, onToggle }: RowProps) {
  const { facts, health, text, ladder } = row;
  return (
    <div role="row" className={styles.row} data-health={health}>
      <span role="rowheader" className={styles.name}>
        <Name {...{ row, isOpen, onToggle }} />
      </span>
      <span role="cell" className={styles.state}>
        <StateBadge health={health} word={STATE_WORDS[health]} />
        <span className={styles.words}>{text}</span>
      </span>
      <LadderCells ladder={ladder} />
      <span role="cell" className={styles.kinds}>
        <span className={styles.short}>Metrics</span>
        {facts.families.size} of {FAMILY_NAMES.length}
      </span>
    </div>
  );
}

function Name({ row: { facts, environment }, isOpen, onToggle }: RowProps) {
  return (
    <button type="button" className={styles.toggle} aria-expanded={isOpen} onClick={onToggle}>
      <span className={styles.id}>{facts.id}</span>
      <span className={styles.environment}>
        {environment ? <EnvironmentName environment={environment} /> : facts.environment}
      </span>
    </button>
  );
}
