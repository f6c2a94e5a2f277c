import { Link } from "@tanstack/react-router";
import { useRef } from "react";
import { timeTicks } from "../../charts/time-axis.ts";
import { useWidth } from "../../charts/use-width.ts";
import { useZone } from "../../clock/ZoneContext.ts";
import type { Environment } from "../../api/configuration.ts";
import { beganEarlier, goesOn } from "../../lib/alerts/history.ts";
import type { HistoryLine } from "../../lib/alerts/history.ts";
import { formatAge } from "../../lib/format/age.ts";
import { formatMoment } from "../../lib/format/moment.ts";
import { counted } from "../../lib/format/words.ts";
import type { Stretch } from "../../lib/series/presence.ts";
import { lastOf } from "../../lib/time/grid.ts";
import type { Grid } from "../../lib/time/grid.ts";
import type { Zone } from "../../lib/time/zone.ts";
import { StateBadge } from "../../ui/StateBadge.tsx";
import styles from "./History.module.css";
import { healthOf, titleOf } from "./sentence.ts";
import type { History } from "./useHistory.ts";

interface Props {
  readonly history: History;
  readonly environments: readonly Environment[];
}

/** One line for each alert, below one time axis. */
export function HistoryChart({ history: { lines, grid }, environments }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const width = useWidth(element);
  const span = { start: grid.start, end: lastOf(grid) };
  const ticks = timeTicks(span, width, useZone());
  return (
    <ul className={styles.lines} aria-label="History of alerts">
      <li className={styles.line} aria-hidden>
        <span />
        <div ref={element} className={styles.axis}>
          {ticks.map(({ at, text }) => (
            <span key={at} className={styles.tick} style={{ left: placeOf(at, grid) }}>
              {text}
            </span>
          ))}
        </div>
      </li>
      {lines.map((line) => (
        <Line key={keyOf(line)} line={line} grid={grid} environments={environments} />
      ))}
    </ul>
  );
}

function Line({
  line,
  grid,
  environments,
}: {
  line: HistoryLine;
  grid: Grid;
  environments: readonly Environment[];
}) {
  const zone = useZone();
  const { name, severity, environment, firing, pending } = line;
  return (
    <li className={styles.line}>
      <span className={styles.who}>
        <StateBadge health={healthOf(severity)} word={severity} />
        <span className={styles.name}>
          <Link to="." search={(before) => ({ ...before, alert: name })}>
            {name}
          </Link>
          <span className={styles.where}>{titleOf(environment, environments)}</span>
        </span>
      </span>
      <div className={styles.track} aria-hidden>
        {pending.map((one) => (
          <Bar key={one.start} stretch={one} grid={grid} kind="pending" />
        ))}
        {firing.map((one) => (
          <Bar key={one.start} stretch={one} grid={grid} kind={healthOf(severity)} />
        ))}
      </div>
      <span className={styles.told}>{wordsOf(line, grid, zone)}</span>
      {firing.length > 1 && (
        <details className={styles.each}>
          <summary>Each time</summary>
          <ul>
            {firing.map((one) => (
              <li key={one.start}>
                {spellOf(one, grid, zone)}, {formatAge(one.end - one.start + grid.step)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}

function Bar({ stretch, grid, kind }: { stretch: Stretch; grid: Grid; kind: string }) {
  const length = lastOf(grid) - grid.start;
  const width = `${((stretch.end - stretch.start) / length) * 100}%`;
  return (
    <span
      className={styles.bar}
      data-kind={kind}
      style={{ left: placeOf(stretch.start, grid), width }}
    />
  );
}

function placeOf(time: number, grid: Grid): string {
  return `${((time - grid.start) / (lastOf(grid) - grid.start)) * 100}%`;
}

function wordsOf({ firing, lasted }: HistoryLine, grid: Grid, zone: Zone): string {
  const last = firing.at(-1);
  if (last === undefined) return "was pending and never fired";
  const times = firing.length > 1 ? `${counted(firing.length, "time")}, ` : "";
  return `${times}${formatAge(lasted)}${firing.length > 1 ? " in all, last " : ", "}${spellOf(last, grid, zone)}`;
}

/** From when to when; what reaches an end of the range may go beyond it. */
function spellOf(stretch: Stretch, grid: Grid, zone: Zone): string {
  const { start, end } = stretch;
  const began = formatMoment(start, zone);
  const begins = beganEarlier(stretch, grid) ? `before ${began}` : began;
  return goesOn(stretch, grid) ? `since ${begins}` : `${begins} to ${formatMoment(end, zone)}`;
}

function keyOf({ name, severity, environment }: HistoryLine): string {
  return [name, severity, environment ?? ""].join(" ");
}
