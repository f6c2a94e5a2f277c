import { IconBell, IconBolt, IconRocket } from "@tabler/icons-react";
import { explain } from "../../api/failure.ts";
import type { PanelState } from "../../api/panel-state.ts";
import { spanOf } from "../../charts/marks.ts";
import type { Mark } from "../../charts/types.ts";
import { useZone } from "../../clock/ZoneContext.ts";
import { formatMoment, formatTimeOfDay } from "../../lib/format/moment.ts";
import type { Happened } from "../../panels/useMarks.ts";
import styles from "./Happenings.module.css";

const KINDS = {
  deploy: { Glyph: IconRocket, word: "deployed" },
  fault: { Glyph: IconBolt, word: "fault" },
  alert: { Glyph: IconBell, word: "alert" },
} as const;

/** More would push the charts off the screen; the charts mark all of them. */
const MOST = 5;

/** An earlier time of day may be yesterday's; seconds. */
const HALF_A_DAY = 43_200;

/** What happened in the range, in words, the newest first. */
export function Happenings({ state }: { state: PanelState<Happened> }) {
  if (state.kind === "loading") return <p className={styles.none}>&nbsp;</p>;
  if (state.kind === "failed") {
    return (
      <p className={styles.none}>
        Deploys, faults and alerts are not known. {explain(state.failure)}
      </p>
    );
  }
  const { marks, last } = state.data;
  if (marks.length === 0) {
    const known =
      state.notes.partial.length > 0 ? " is known, and part of the data is missing" : "";
    return <p className={styles.none}>No deploy, fault or alert in this range{known}.</p>;
  }
  const newest = marks.toReversed();
  return (
    <ul className={styles.list} aria-label="What happened">
      {newest.slice(0, MOST).map((mark) => (
        <Happening key={keyOf(mark)} mark={mark} last={last} />
      ))}
      {newest.length > MOST && <li className={styles.time}>and {newest.length - MOST} earlier</li>}
    </ul>
  );
}

function Happening({ mark, last }: { mark: Mark; last: number }) {
  const { kind, environment, text } = mark;
  const zone = useZone();
  const { Glyph, word } = KINDS[kind];
  const { start, end } = spanOf(mark);
  const write = last - start < HALF_A_DAY ? formatTimeOfDay : formatMoment;
  return (
    <li className={styles.item} data-kind={kind}>
      <Glyph size={14} stroke={1.75} aria-hidden className={styles.glyph} />
      <span>
        {text} {word} in {environment}
      </span>
      <span className={styles.time}>
        {kind !== "deploy" && end >= last && "since "}
        {write(start, zone)}
        {end > start && end < last && ` to ${write(end, zone)}`}
      </span>
    </li>
  );
}

function keyOf(mark: Mark): string {
  return [mark.kind, mark.environment, mark.text, spanOf(mark).start].join(" ");
}
