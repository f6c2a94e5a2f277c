import type { Thresholds } from "./parts.ts";

/** What a colour of a template says; pages have their own colours for it, in both themes. */
export type Tone = "ok" | "degraded" | "down" | "plain";

/** What a hexadecimal colour says, by its hue; undefined for what is no such colour. */
export function toneOf(colour: string | undefined): Tone | undefined {
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6})(?:[0-9a-f]{2})?$/i.exec(colour ?? "")?.[1];
  if (digits === undefined) return undefined;
  const [red = 0, green = 0, blue = 0] =
    digits.length === 3
      ? Array.from(digits, (digit) => Number.parseInt(digit + digit, 16))
      : (digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
  const most = Math.max(red, green, blue);
  const spread = most - Math.min(red, green, blue);
  if (spread < 0.15 * 255) return "plain";
  const hue = hueOf(red, green, blue, most, spread);
  if (hue < 18 || hue >= 330) return "down";
  if (hue < 70) return "degraded";
  return hue < 175 ? "ok" : "plain";
}

function hueOf(red: number, green: number, blue: number, most: number, spread: number): number {
  if (most === red) return (((green - blue) / spread + 6) % 6) * 60;
  if (most === green) return ((blue - red) / spread + 2) * 60;
  return ((red - green) / spread + 4) * 60;
}

/** A limit of a template, in the values' own unit. */
export interface Limit {
  readonly value: number;
  readonly tone: Tone;
  readonly name?: string | undefined;
}

/** Perses' own colours where a template names none: orange, then red. */
const USUAL: readonly Tone[] = ["degraded", "down"];

/** The limits of thresholds, the lowest first; percents are of `whole`, without which they are none. */
export function limitsOf(thresholds: Thresholds | undefined, whole?: number): Limit[] {
  const { mode = "absolute", steps = [] } = thresholds ?? {};
  if (mode === "percent" && whole === undefined) return [];
  const scale = mode === "percent" ? (whole ?? 0) / 100 : 1;
  return steps
    .map(({ value, color, name }, index) => ({
      value: value * scale,
      tone: toneOf(color) ?? USUAL[index] ?? "down",
      name,
    }))
    .toSorted((one, other) => one.value - other.value);
}

/** What a value is among limits: what the highest one says that it has reached. */
export function toneAmong(
  limits: readonly Limit[],
  value: number,
  otherwise: string | undefined,
): Tone {
  const reached = limits.findLast((limit) => value >= limit.value);
  if (reached !== undefined) return reached.tone;
  return toneOf(otherwise) ?? (limits.length > 0 ? "ok" : "plain");
}
