export type Unit =
  | "requests/s"
  | "events/s"
  | "ratio"
  | "seconds"
  | "count"
  | "times"
  | "breaker"
  | "cents"
  | "bytes";

/** How the numbers of one column or axis are written, so that they can be compared. */
export interface Scale {
  readonly factor: number;
  readonly suffix: string;
  /** Whether zeros at the end are written, so that numbers below each other look alike. */
  readonly isEven: boolean;
  /** What whole numbers are called, from 0, where they stand for states. */
  readonly words?: readonly string[];
}

/** What stands where a number is missing. */
export const NO_VALUE = "–";

type Step = readonly [least: number, factor: number, suffix: string];

const NATURAL: readonly Step[] = [
  [1e9, 1e-9, "G"],
  [1e6, 1e-6, "M"],
  [1e4, 1e-3, "k"],
  [0, 1, ""],
];

function withUnit(unit: string): readonly Step[] {
  return NATURAL.map(([least, factor, prefix]) => [least, factor, `${prefix}${unit}`]);
}

/** Per unit: from which value on, in which factor, with which suffix; the largest first. */
const STEPS: Readonly<Record<Unit, readonly Step[]>> = {
  "requests/s": withUnit("req/s"),
  "events/s": withUnit("/s"),
  ratio: [[0, 100, "%"]],
  seconds: [
    [1, 1, "s"],
    [1e-3, 1e3, "ms"],
    [Number.MIN_VALUE, 1e6, "µs"],
    [0, 1e3, "ms"],
  ],
  count: withUnit(""),
  times: [[0, 1, "×"]],
  breaker: [[0, 1, ""]],
  cents: [[0, 0.01, "€"]],
  bytes: [
    [2 ** 30, 2 ** -30, "GiB"],
    [2 ** 20, 2 ** -20, "MiB"],
    [2 ** 10, 2 ** -10, "KiB"],
    [0, 1, "B"],
  ],
};

/** The states of a circuit breaker, short enough for an axis. */
const BREAKER = ["closed", "half", "open"];

/** The scale for numbers of which this is the largest by amount. */
export function scaleFor(unit: Unit, largest: number): Scale {
  const amount = Number.isFinite(largest) ? Math.abs(largest) : 0;
  const [, factor, suffix] = STEPS[unit].find(([least]) => amount >= least) ?? [0, 1, ""];
  const words = unit === "breaker" ? { words: BREAKER } : {};
  return { factor, suffix, isEven: unit !== "count", ...words };
}

/** The scale for the numbers of a column: that of the middle one, so that most read well. */
export function scaleForAll(unit: Unit, values: Iterable<number>): Scale {
  const amounts = [...values]
    .filter((value) => Number.isFinite(value) && value !== 0)
    .map(Math.abs);
  const sorted = amounts.toSorted((one, other) => one - other);
  return scaleFor(unit, sorted[Math.floor((sorted.length - 1) / 2)] ?? 0);
}

const TINY = 0.01;

/** A number with three significant digits and at most two decimals, without its unit. */
export function formatIn(scale: Scale, value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return NO_VALUE;
  const word = scale.words?.[value];
  if (word !== undefined) return word;
  const scaled = value * scale.factor;
  if (!Number.isFinite(scaled)) return scaled > 0 ? "∞" : "−∞";
  const amount = Math.abs(scaled);
  const sign = scaled < 0 ? "−" : "";
  if (amount === 0) return "0";
  if (amount < TINY / 2) return `${sign}<${TINY}`;
  return sign + threeDigits(amount, scale.isEven);
}

/** A lone number with its unit: "1.24 s". */
export function format(unit: Unit, value: number | undefined): string {
  const scale = { ...scaleFor(unit, value ?? 0), isEven: false };
  const number = formatIn(scale, value);
  return number === NO_VALUE || scale.suffix === "" ? number : `${number} ${scale.suffix}`;
}

function threeDigits(amount: number, isEven: boolean): string {
  const decimals = amount >= 99.95 ? 0 : amount >= 9.995 ? 1 : 2;
  const text = amount.toFixed(decimals);
  const [whole = "", fraction = ""] = text.split(".");
  const kept = isEven ? fraction : fraction.replace(/0+$/, "");
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (kept === "" ? "" : `.${kept}`);
}
