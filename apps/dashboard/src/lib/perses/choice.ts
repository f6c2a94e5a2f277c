import type { Value } from "./interpolate.ts";
import type { Option } from "./options.ts";
import type { ListChoice, TextChoice } from "./variables.ts";

/** What stands for all values of a list, in templates as in addresses. */
export const ALL = "$__all";

/** What a list stands at. */
export interface Chosen {
  /** As the bar and the address have it; ALL for all. */
  readonly values: readonly string[];
  /** What questions get; undefined where there is nothing to choose. */
  readonly value: Value | undefined;
}

/** What a text stands at: a constant is not the reader's to change. */
export function chosenText({ value, isConstant }: TextChoice, wanted: string | undefined): Chosen {
  const text = isConstant ? value : (wanted ?? value);
  const origin = text === value ? "template" : "reader";
  return { values: [text], value: { texts: [text], isList: false, origin } };
}

/**
 * What a list stands at: what the reader wants, also where it is not there now; else what the
 * template wants as far as it is there; else all or the first.
 */
export function chosenOf(
  list: ListChoice,
  options: readonly Option[],
  wanted: readonly string[],
): Chosen {
  const there = new Set(options.map(({ value }) => value));
  const isFor = (one: string) => (one === ALL ? list.hasAll : there.has(one));
  const first = list.hasAll ? ALL : options[0]?.value;
  const preferred = [list.defaults.filter(isFor), first === undefined ? [] : [first]];
  const found = [wanted, ...preferred].find((one) => one.length > 0) ?? [];
  const values = list.isMultiple ? found : found.slice(0, 1);
  if (values.includes(ALL) && list.hasAll) return { values: [ALL], value: allOf(list, options) };
  const isWritten =
    list.source.kind === "StaticListVariable" && values.every((one) => there.has(one));
  return {
    values,
    value:
      values.length === 0
        ? undefined
        : { texts: values, isList: list.isMultiple, origin: isWritten ? "template" : "data" },
  };
}

function allOf({ customAll, source }: ListChoice, options: readonly Option[]): Value | undefined {
  if (customAll !== undefined) return { texts: [customAll], isList: false, origin: "template" };
  if (options.length === 0) return undefined;
  const origin = source.kind === "StaticListVariable" ? "template" : "data";
  return { texts: options.map(({ value }) => value), isList: true, origin };
}

/** Chosen values as an address has them: with commas between, those within a value escaped. */
export function wordOf(values: readonly string[]): string {
  return values.map((one) => one.replaceAll("%", "%25").replaceAll(",", "%2C")).join(",");
}

/** The values that a word of an address holds. */
export function valuesIn(word: string | undefined): string[] {
  if (word === undefined || word === "") return [];
  return word.split(",").map((one) => one.replaceAll(/%2C/gi, ",").replaceAll("%25", "%"));
}
