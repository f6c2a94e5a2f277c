import { Tooltip } from "@mantine/core";
import { IconBell, IconBolt, IconRocket } from "@tabler/icons-react";
import { formatMoment, formatTimeOfDay } from "../lib/format/moment.ts";
import type { Zone } from "../lib/time/zone.ts";
import { MarkButton } from "./MarkButton.tsx";
import { BARS, GLYPH, groupMarks, spanOf } from "./marks.ts";
import styles from "./Marks.module.css";
import { BOTTOM, TOP, clampedX } from "./plot.ts";
import type { Plot } from "./plot.ts";
import type { Mark } from "./types.ts";

const GLYPHS = { deploy: IconRocket, fault: IconBolt, alert: IconBell } as const;

interface Props {
  readonly plot: Plot;
  readonly marks: readonly Mark[];
  readonly zone: Zone;
}

/**
 * What happened, in a lane above the plot: a glyph at each start that says what it is, and a bar
 * for as long as it went on. What is close together shares a glyph, which shows its stretches.
 */
export function Marks({ plot, marks, zone }: Props) {
  return groupMarks(plot, marks).map(({ x, marks: grouped }) => (
    <div key={grouped.map(keyOf).join()}>
      <Glyph {...{ x, marks: grouped, zone }} />
      {grouped.map((mark) => (
        <Stretch key={keyOf(mark)} plot={plot} mark={mark} />
      ))}
    </div>
  ));
}

interface GlyphProps extends Pick<Props, "marks" | "zone"> {
  /** Its middle, in pixels. */
  readonly x: number;
}

function Glyph({ x, marks, zone }: GlyphProps) {
  const kind = marks[0]?.kind ?? "deploy";
  const Drawing = GLYPHS[kind];
  return (
    <Tooltip
      events={{ hover: true, focus: true, touch: true }}
      multiline
      maw={320}
      label={marks.map((mark) => (
        <div key={keyOf(mark)}>{wordsOf(mark, zone)}</div>
      ))}
    >
      <MarkButton
        marks={marks}
        className={styles.glyph}
        data-kind={kind}
        style={{ left: x - GLYPH / 2 }}
        aria-label={wordsOfAll(marks, zone)}
      >
        <Drawing size={14} stroke={1.75} aria-hidden />
        {marks.length > 1 && <span className={styles.count}>{marks.length}</span>}
      </MarkButton>
    </Tooltip>
  );
}

/** A mark's bar in the lane, its start within the range, and its stretch while it is asked about. */
function Stretch({ plot, mark }: { plot: Plot; mark: Mark }) {
  const { kind } = mark;
  const { start, end } = spanOf(mark);
  const left = clampedX(plot, start);
  const width = clampedX(plot, mark.isOn ? plot.span.end : end) - left;
  const plane = { top: TOP, height: plot.height - TOP - BOTTOM };
  return (
    <>
      {!("at" in mark) && (
        <div className={styles.bar} data-kind={kind} style={{ left, width, top: BARS[kind] }} />
      )}
      {start > plot.span.start && (
        <div className={styles.start} data-kind={kind} style={{ left, ...plane }} />
      )}
      <div className={styles.stretch} data-kind={kind} style={{ left, width, ...plane }} />
    </>
  );
}

function keyOf(mark: Mark): string {
  return [mark.kind, mark.environment, mark.text, spanOf(mark).start].join(" ");
}

/** The count that is seen is heard as well. */
function wordsOfAll(marks: readonly Mark[], zone: Zone): string {
  const words = marks.map((mark) => wordsOf(mark, zone)).join("; ");
  return marks.length > 1 ? `${marks.length} marks: ${words}` : words;
}

function wordsOf(mark: Mark, zone: Zone): string {
  const { start, end } = spanOf(mark);
  const until = !mark.isOn && end > start ? ` to ${formatTimeOfDay(end, zone)}` : "";
  const when = `${mark.isOn ? "since " : ""}${formatMoment(start, zone)}${until}`;
  return `${mark.kind} in ${mark.environment}: ${mark.text}, ${when}`;
}
