import { deploysIn, presence } from "../lib/series/presence.ts";
import type { GridSeries } from "../lib/series/series.ts";
import { LEFT, TOP, clampedX } from "./plot.ts";
import type { Plot } from "./plot.ts";
import type { Mark, MarkKind, Span } from "./types.ts";

/** When a mark began and ended; the same for a moment. */
export function spanOf(mark: Mark): Span {
  return "at" in mark ? { start: mark.at, end: mark.at } : mark;
}

/** A mark over each stretch in which a fault or an alert has values; it is named by a label. */
export function marksWhilePresent(
  kind: MarkKind,
  series: readonly GridSeries[],
  nameLabel: string,
): Mark[] {
  return series.flatMap((one) =>
    presence(one).map(({ start, end }) => ({
      kind,
      environment: one.labels.environment ?? "",
      text: one.labels[nameLabel] ?? "",
      ...(kind === "alert" ? { alert: one.labels["alertname"] } : {}),
      start,
      end,
    })),
  );
}

/** A mark where a version follows another one of its environment. */
export function deployMarks(series: readonly GridSeries[]): Mark[] {
  return deploysIn(series).map(({ environment, version, at }) => ({
    kind: "deploy" as const,
    environment,
    text: version,
    at,
  }));
}

/** Marks that stand so close at the top edge that they share a glyph. */
export interface MarkGroup {
  readonly x: number;
  readonly marks: readonly Mark[];
}

/** How wide the glyphs' buttons are, in pixels. */
export const GLYPH = 24;

/** Where the lane's two bars stand, above the plot; a deploy has no extent. */
export const BARS = { deploy: TOP, fault: TOP - 6, alert: TOP - 3 } as const;

/** The marks within a plot, grouped by where their glyphs stand. */
export function groupMarks(plot: Plot, marks: readonly Mark[]): MarkGroup[] {
  const groups: { x: number; marks: Mark[] }[] = [];
  const inSight = marks
    .filter((mark) => {
      const { start, end } = spanOf(mark);
      return end >= plot.span.start && start <= plot.span.end;
    })
    .toSorted((a, b) => spanOf(a).start - spanOf(b).start);
  for (const mark of inSight) {
    const start = clampedX(plot, spanOf(mark).start);
    const x = Math.min(Math.max(start, LEFT + GLYPH / 2), plot.width - GLYPH / 2);
    const last = groups.at(-1);
    if (last && x - last.x < GLYPH) last.marks.push(mark);
    else groups.push({ x, marks: [mark] });
  }
  return groups;
}
