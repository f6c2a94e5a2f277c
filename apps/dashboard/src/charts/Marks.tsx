import { Tooltip } from "@mantine/core";
import { IconBell, IconBolt, IconRocket } from "@tabler/icons-react";
import { formatMoment, formatTimeOfDay } from "../lib/format/moment.ts";
import { GLYPH, groupMarks, spanOf } from "./marks.ts";
import styles from "./Marks.module.css";
import { BOTTOM, TOP, clampedX } from "./plot.ts";
import type { Plot } from "./plot.ts";
import type { Mark } from "./types.ts";

const GLYPHS = { deploy: IconRocket, fault: IconBolt, alert: IconBell } as const;

interface Props {
  readonly plot: Plot;
  readonly marks: readonly Mark[];
  readonly zone?: string | undefined;
}

/** Lines and shades behind the chart, where something happened. */
export function MarkShades({ plot, marks }: Props) {
  return groupMarks(plot, marks).flatMap(({ marks: grouped }) =>
    grouped.map((mark) => {
      const { start, end } = spanOf(mark);
      const x = clampedX(plot, start);
      const style = {
        left: x,
        width: clampedX(plot, end) - x,
        top: TOP,
        height: plot.height - TOP - BOTTOM,
      };
      return <div key={keyOf(mark)} className={styles.shade} data-kind={mark.kind} style={style} />;
    }),
  );
}

/** Glyphs at the top edge that say what happened; what is close together shares one. */
export function MarkGlyphs({ plot, marks, zone }: Props) {
  return groupMarks(plot, marks).map(({ x, marks: grouped }) => {
    const kinds = [...new Set(grouped.map(({ kind }) => kind))];
    return (
      <Tooltip
        key={grouped.map(keyOf).join()}
        events={{ hover: true, focus: true, touch: true }}
        multiline
        maw={320}
        label={grouped.map((mark) => (
          <div key={keyOf(mark)}>{wordsOf(mark, zone)}</div>
        ))}
      >
        <button
          type="button"
          className={styles.glyph}
          data-kind={kinds[0]}
          style={{ left: x - GLYPH / 2 }}
          aria-label={wordsOfAll(grouped, zone)}
        >
          {kinds.slice(0, 1).map((kind) => {
            const Glyph = GLYPHS[kind];
            return <Glyph key={kind} size={14} stroke={1.75} aria-hidden />;
          })}
          {grouped.length > 1 && <span className={styles.count}>{grouped.length}</span>}
        </button>
      </Tooltip>
    );
  });
}

function keyOf(mark: Mark): string {
  return [mark.kind, mark.environment, mark.text, spanOf(mark).start].join(" ");
}

/** The count that is seen is heard as well. */
function wordsOfAll(marks: readonly Mark[], zone: string | undefined): string {
  const words = marks.map((mark) => wordsOf(mark, zone)).join("; ");
  return marks.length > 1 ? `${marks.length} marks: ${words}` : words;
}

function wordsOf(mark: Mark, zone: string | undefined): string {
  const { start, end } = spanOf(mark);
  const until = end > start ? ` to ${formatTimeOfDay(end, zone)}` : "";
  return `${mark.kind} in ${mark.environment}: ${mark.text}, ${formatMoment(start, zone)}${until}`;
}
