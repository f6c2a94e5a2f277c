import type { Before, ChartSeries } from "./types.ts";

/** Which series of a chart are not shown, by id. */
export type Hidden = ReadonlySet<string>;

export const NONE_HIDDEN: Hidden = new Set();

/** Hides a series, or shows it again. */
export function toggled(hidden: Hidden, id: string): Hidden {
  const next = new Set(hidden);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** Shows one series alone, or all again if it is alone already. */
export function isolated(hidden: Hidden, id: string, all: readonly string[]): Hidden {
  const others = all.filter((other) => other !== id);
  const isAlone = !hidden.has(id) && others.every((other) => hidden.has(other));
  return isAlone ? NONE_HIDDEN : new Set(others);
}

/** The lines that are shown, those of an earlier time after them. */
export function shownOf(
  { series, before }: { series: readonly ChartSeries[]; before?: Before | undefined },
  hidden: Hidden,
): ChartSeries[] {
  const ghosts = before?.ghosts.filter(({ of }) => !hidden.has(of)) ?? [];
  return [...series.filter(({ id }) => !hidden.has(id)), ...ghosts];
}
