import type { GridSeries } from "../lib/series/series.ts";
import { LEFT, clampedX } from "./plot.ts";
import type { Plot } from "./plot.ts";
import type { Mark, MarkKind, Span } from "./types.ts";

/** When a mark began and ended; the same for a moment. */
export function spanOf(mark: Mark): Span {
  return "at" in mark ? { start: mark.at, end: mark.at } : mark;
}

/** The stretches in which a series has values; single gaps belong to them. */
export function presence(series: GridSeries): Span[] {
  const spans: Span[] = [];
  let start: number | undefined;
  let end = 0;
  series.values.forEach((value, index) => {
    if (Number.isNaN(value)) return;
    const time = series.start + index * series.step;
    if (start !== undefined && time - end > 2 * series.step) {
      spans.push({ start, end });
      start = undefined;
    }
    start ??= time;
    end = time;
  });
  if (start !== undefined) spans.push({ start, end });
  return spans;
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
      start,
      end,
    })),
  );
}

/** A mark where a version follows another one of its environment. */
export function deployMarks(series: readonly GridSeries[]): Mark[] {
  const stays = series.flatMap((one) =>
    presence(one).map(({ start, end }) => ({
      environment: one.labels.environment ?? "",
      version: one.labels.service_version ?? "",
      start,
      end,
    })),
  );
  return stays.flatMap(({ environment, version, start }) => {
    const before = stays
      .filter((other) => other.environment === environment && other.start < start)
      .toSorted((a, b) => Math.min(b.end, start) - Math.min(a.end, start))[0];
    // The first version in sight is no deploy, nor is one that comes back after an outage.
    if (before === undefined || before.version === version) return [];
    return [{ kind: "deploy" as const, environment, text: version, at: start }];
  });
}

/** Marks that stand so close at the top edge that they share a glyph. */
export interface MarkGroup {
  readonly x: number;
  readonly marks: readonly Mark[];
}

/** How wide the glyphs' buttons are, in pixels. */
export const GLYPH = 24;

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
    const x = Math.max(clampedX(plot, spanOf(mark).start), LEFT);
    const last = groups.at(-1);
    if (last && x - last.x < GLYPH) last.marks.push(mark);
    else groups.push({ x, marks: [mark] });
  }
  return groups;
}
