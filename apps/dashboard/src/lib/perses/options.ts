import { MOST_OPTIONS } from "./limits.ts";
import { matchOf, patternOf } from "./pattern.ts";
import type { ListChoice, Sort } from "./variables.ts";

/** One value that can be chosen. */
export interface Option {
  readonly value: string;
  readonly title: string;
}

/** What can be chosen, and why that may not be all. */
export interface Options {
  readonly options: readonly Option[];
  readonly problem?: string | undefined;
}

/** The choices of a list out of what its source gave: captured, each once, sorted. */
export function optionsOf(list: ListChoice, found: readonly Option[]): Options {
  const { capture, sort } = list;
  const pattern = capture === undefined || capture === "" ? undefined : patternOf(capture);
  if (capture && pattern === undefined) {
    return { options: [], problem: `the pattern ${capture} cannot be used here` };
  }
  const captured = pattern === undefined ? found : found.flatMap((one) => caught(one, pattern));
  const byValue = new Map(captured.map((one) => [one.value, one]));
  const sorted = [...byValue.values()].toSorted(ORDERS[sort]);
  const problem =
    sorted.length > MOST_OPTIONS ? `${MOST_OPTIONS} of ${sorted.length} values` : undefined;
  return { options: sorted.slice(0, MOST_OPTIONS), problem };
}

/** Its first group, or the whole where the pattern has none. */
function caught(option: Option, pattern: RegExp): Option[] {
  const found = matchOf(pattern, option.value);
  if (found === null) return [];
  const value = found[1] ?? found[0];
  return [{ value, title: value === option.value ? option.title : value }];
}

type Order = (one: Option, other: Option) => number;

const compareIn = (locale: Intl.Collator): Order => {
  return (one, other) => locale.compare(one.title, other.title);
};
const exact = compareIn(new Intl.Collator("en", { sensitivity: "variant" }));
const anyCase = compareIn(new Intl.Collator("en", { sensitivity: "base" }));
const byNumber: Order = (one, other) => numberOf(one) - numberOf(other);

function numberOf({ title }: Option): number {
  const number = Number.parseFloat(title);
  return Number.isNaN(number) ? Number.MAX_VALUE : number;
}

function reversed(order: Order): Order {
  return (one, other) => order(other, one);
}

const ORDERS: Readonly<Record<Sort, Order>> = {
  none: () => 0,
  "alphabetical-asc": exact,
  "alphabetical-desc": reversed(exact),
  "alphabetical-ci-asc": anyCase,
  "alphabetical-ci-desc": reversed(anyCase),
  "numerical-asc": byNumber,
  "numerical-desc": reversed(byNumber),
};
