/** The ranges that end now, by the name they have in the address and on the screen; seconds. */
export const RECENT = { "5m": 300, "15m": 900, "1h": 3600, "6h": 21_600, "24h": 86_400 } as const;

export type RecentName = keyof typeof RECENT;

export interface FixedRange {
  readonly kind: "fixed";
  readonly start: number;
  readonly end: number;
}

/** What the reader wants to see: the newest stretch, or two fixed ends in seconds since 1970. */
export type Range = { readonly kind: "recent"; readonly name: RecentName } | FixedRange;

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

/** Time went on while the reader looked at the past; as a share of a range. */
const NEARLY = 0.05;

/**
 * A range moved by half its length, into the past (-1) or back (1), as seen at a moment (seconds
 * since 1970). One that would nearly reach now ends there, and goes on with it if it can.
 */
export function shifted(range: Range, direction: -1 | 1, now: number): Range {
  const length = lengthOf(range);
  const end = Math.floor(endOf(range, now) + (direction * length) / 2);
  const latest = Math.floor(now);
  if (end < latest - length * NEARLY) return { kind: "fixed", start: end - length, end };
  const name = (Object.keys(RECENT) as RecentName[]).find((one) => RECENT[one] === length);
  if (name !== undefined) return { kind: "recent", name };
  return { kind: "fixed", start: latest - length, end: latest };
}

/** What a range shows at a moment, with fixed ends: a link to it shows everybody the same. */
export function frozen(range: Range, now: number): FixedRange {
  if (range.kind === "fixed") return range;
  const end = Math.floor(now);
  return { kind: "fixed", start: end - lengthOf(range), end };
}
