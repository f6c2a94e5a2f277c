import { memo, useCallback, useEffect, useRef, useState } from "react";
import type { KeyboardEvent } from "react";
import { counted } from "../../lib/format/words.ts";
import { FAMILY_NAMES } from "../../lib/promql/chain.ts";
import { EnvironmentName } from "../../ui/EnvironmentName.tsx";
import { StateBadge } from "../../ui/StateBadge.tsx";
import { useRowsOnScreen } from "../../ui/useRowsOnScreen.ts";
import { LadderCells } from "./LadderCells.tsx";
import { STAGES, WORDS } from "./ladder.ts";
import { PlaneDetails } from "./PlaneDetails.tsx";
import styles from "./PlaneTable.module.css";
import { keyOf } from "./rows.ts";
import type { PlaneRow } from "./rows.ts";
import { STATE_WORDS } from "./sentence.ts";

/** As the style sheet makes them. */
export const ROW_HEIGHTS = { wide: 56, narrow: 171 };

interface Props {
  readonly shown: readonly PlaneRow[];
  /** How many there are, those included that were not looked for. */
  readonly all: number;
  readonly find: string;
}

/** One row per data plane, which opens to its targets and metrics. */
export function PlaneTable({ shown, all, find }: Props) {
  if (shown.length > 0) return <Table shown={shown} />;
  return (
    <p className={styles.none}>
      None of {counted(all, "data plane")} has “{find}” in its names or words.
    </p>
  );
}

function Table({ shown }: { shown: readonly PlaneRow[] }) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState("");
  const isMoving = useRef(false);
  const keyAt = useCallback((index: number) => (shown[index] ? keyOf(shown[index]) : ""), [shown]);
  const place = Math.max(
    shown.findIndex((row) => keyOf(row) === active),
    0,
  );
  const { list, rows, after, measure, unprinted } = useRowsOnScreen({
    count: shown.length,
    heights: ROW_HEIGHTS,
    keyOf: keyAt,
    kept: place,
  });
  const toggle = useCallback((key: string) => {
    setOpen((before) => {
      const next = new Set(before);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  }, []);
  const opened = shown.flatMap((row, index) => (open.has(keyOf(row)) ? [index] : []));

  useEffect(() => {
    if (!isMoving.current) return;
    isMoving.current = false;
    list.current?.querySelector<HTMLElement>(`[data-index="${place}"] button`)?.focus();
  }, [place, list]);

  const move = useCallback(
    (event: KeyboardEvent) => {
      const to = targetOf(event.key, place, shown.length - 1);
      if (to === undefined) return;
      event.preventDefault();
      isMoving.current = to !== place;
      setActive(keyAt(to));
    },
    [place, shown.length, keyAt],
  );

  return (
    <div
      role="table"
      aria-label="Data planes"
      aria-rowcount={1 + shown.length + opened.length}
      className={styles.table}
    >
      <Header />
      <div ref={list} className={styles.list} style={{ paddingBottom: after }}>
        {rows.map(({ index, gap }) => {
          const row = shown[index];
          if (row === undefined) return null;
          const key = keyOf(row);
          const isOpen = open.has(key);
          const line = 2 + index + opened.filter((one) => one < index).length;
          return (
            <div
              key={key}
              ref={measure}
              role="rowgroup"
              data-index={index}
              className={styles.group}
              style={gap === 0 ? undefined : { marginTop: gap }}
            >
              <Row
                {...{ row, line, isOpen, isActive: index === place }}
                onToggle={toggle}
                onMove={move}
                onActive={setActive}
              />
              {isOpen && <PlaneDetails row={row} line={line + 1} />}
            </div>
          );
        })}
      </div>
      {unprinted > 0 && (
        <p className={styles.none}>
          And {counted(unprinted, "more data plane")}, all of them no worse.
        </p>
      )}
    </div>
  );
}

/** Which row a key leads to; undefined for any other key. */
function targetOf(key: string, from: number, last: number): number | undefined {
  if (key === "ArrowDown") return Math.min(from + 1, last);
  if (key === "ArrowUp") return Math.max(from - 1, 0);
  if (key === "Home") return 0;
  return key === "End" ? last : undefined;
}

function Header() {
  return (
    <div role="row" aria-rowindex={1} className={styles.header}>
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
  /** Which line of the table it is, the header's being 1. */
  readonly line: number;
  readonly isOpen: boolean;
  /** Whether Tab leads to it; arrows lead on from there. */
  readonly isActive: boolean;
  readonly onToggle: (key: string) => void;
  readonly onMove: (event: KeyboardEvent) => void;
  readonly onActive: (key: string) => void;
}

const Row = memo(function Row(props: RowProps) {
  const { facts, health, text, ladder } = props.row;
  return (
    <div role="row" aria-rowindex={props.line} className={styles.row} data-health={health}>
      <span role="rowheader" className={styles.name}>
        <Name {...props} />
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
});

function Name({ row, isOpen, isActive, onToggle, onMove, onActive }: RowProps) {
  const { facts, environment } = row;
  const key = keyOf(row);
  return (
    <button
      type="button"
      className={styles.toggle}
      aria-expanded={isOpen}
      tabIndex={isActive ? 0 : -1}
      onClick={() => onToggle(key)}
      onFocus={() => onActive(key)}
      onKeyDown={onMove}
    >
      <span className={styles.id}>{facts.id}</span>
      <span className={styles.environment}>
        {environment ? <EnvironmentName environment={environment} /> : facts.environment}
      </span>
    </button>
  );
}
