/** The ranges that end now, by the name they have in the address and on the screen; seconds. */
export const RECENT = { "5m": 300, "15m": 900, "1h": 3600, "6h": 21_600, "24h": 86_400 } as const;

export type RecentName = keyof typeof RECENT;

/** What the reader wants to see: the newest stretch, or two fixed ends in seconds since 1970. */
export type Range =
  | { readonly kind: "recent"; readonly name: RecentName }
  | { readonly kind: "fixed"; readonly start: number; readonly end: number };

export function isRecentName(text: unknown): text is RecentName {
  return typeof text === "string" && Object.hasOwn(RECENT, text);
}

/** How long a range is, in seconds. */
export function lengthOf(range: Range): number {
  return range.kind === "recent" ? RECENT[range.name] : range.end - range.start;
}

/** Where a range ends, in seconds since 1970. */
export function endOf(range: Range, now: number): number {
  return range.kind === "recent" ? now : range.end;
}

/** Whether time adds something to a range, so that asking again is worth it. */
export function isLive(range: Range, now: number): boolean {
  return endOf(range, now) >= now;
}

/** Tells ranges apart; the passing of time does not change it. */
export function keyOf(range: Range): string {
  return range.kind === "recent" ? range.name : `${range.start}-${range.end}`;
}
