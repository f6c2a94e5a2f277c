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
