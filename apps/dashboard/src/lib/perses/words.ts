import type { Mapping } from "./parts.ts";
import type { CellSettings } from "./plugins.ts";
import { matchOf, patternOf } from "./pattern.ts";
import { toneOf } from "./tone.ts";
import type { Tone } from "./tone.ts";

/** What is written in place of a value, or around it. */
export interface Words {
  readonly text?: string | undefined;
  readonly prefix?: string | undefined;
  readonly suffix?: string | undefined;
  readonly tone?: Tone | undefined;
}

/** What the first mapping that fits makes of a value. */
export function mapped(mappings: readonly Mapping[] | undefined, value: number): Words | undefined {
  const found = mappings?.find((one) => {
    switch (one.kind) {
      case "Value":
        return isSame(one.spec.value, value);
      case "Range":
        return isWithin(value, one.spec.from, one.spec.to);
      case "Regex":
        return isMatch(one.spec.pattern, String(value));
      case "Misc":
        return isMisc(one.spec.value, value);
    }
  });
  if (found === undefined) return undefined;
  const { value: text, color } = found.spec.result;
  return { text, tone: toneOf(color) };
}

/** What the first settings that fit make of a table's cell. */
export function dressed(
  settings: readonly CellSettings[] | undefined,
  value: number | string | undefined,
): Words | undefined {
  const found = settings?.find(({ condition: { kind, spec } }) => {
    switch (kind) {
      case "Value":
        return isSame(spec.value, value);
      case "Range":
        return isWithin(value, spec.min, spec.max);
      case "Regex":
        return isMatch(spec.expr, String(value ?? ""));
      case "Misc":
        return isMisc(spec.value, value);
    }
  });
  if (found === undefined) return undefined;
  const { text, prefix, suffix, textColor, backgroundColor } = found;
  return { text, prefix, suffix, tone: toneOf(backgroundColor ?? textColor) };
}

function isSame(wanted: string, value: number | string | undefined): boolean {
  return String(value ?? "") === wanted || (typeof value === "number" && Number(wanted) === value);
}

function isWithin(
  value: number | string | undefined,
  low = Number.NEGATIVE_INFINITY,
  high = Number.POSITIVE_INFINITY,
): boolean {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && number >= low && number <= high;
}

function isMatch(source: string, text: string): boolean {
  const pattern = patternOf(source);
  return pattern !== undefined && matchOf(pattern, text) !== null;
}

function isMisc(wanted: string | null, value: number | string | undefined): boolean {
  switch (wanted) {
    case "NaN":
      return Number.isNaN(value);
    case "empty":
      return value === "" || value === undefined;
    case "null":
    case null:
      return value === undefined;
    default:
      return String(value) === wanted;
  }
}
