export type Unit =
  | "requests/s"
  | "events/s"
  | "ratio"
  | "seconds"
  | "count"
  | "times"
  | "breaker"
  | "cents"
  | "bytes"
  | "bytes/s"
  | "decbytes"
  | "decbytes/s"
  | "bits"
  | "bits/s"
  | "percent"
  | "duration"
  | "nanoseconds"
  | "microseconds"
  | "milliseconds"
  | "minutes"
  | "hours"
  | "days"
  | "euros";

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

function withBytes(end: string): readonly Step[] {
  return [
    [2 ** 40, 2 ** -40, `TiB${end}`],
    [2 ** 30, 2 ** -30, `GiB${end}`],
    [2 ** 20, 2 ** -20, `MiB${end}`],
    [2 ** 10, 2 ** -10, `KiB${end}`],
    [0, 1, `B${end}`],
  ];
}

function withPrefix(unit: string): readonly Step[] {
  return [
    [1e12, 1e-12, `T${unit}`],
    [1e9, 1e-9, `G${unit}`],
    [1e6, 1e-6, `M${unit}`],
    [1e3, 1e-3, `k${unit}`],
    [0, 1, unit],
  ];
}

/** Seconds that may be days: how long something lasts, not how fast it is. */
const DURATION: readonly Step[] = [
  [172_800, 1 / 86_400, "d"],
  [7200, 1 / 3600, "h"],
  [120, 1 / 60, "min"],
  [1, 1, "s"],
  [1e-3, 1e3, "ms"],
  [Number.MIN_VALUE, 1e6, "µs"],
  [0, 1, "s"],
];

/** Durations that are counted in another unit of so many seconds. */
function inSeconds(length: number): readonly Step[] {
  return DURATION.map(([least, factor, suffix]) => {
    const from = least === 0 ? 0 : Math.max(least / length, Number.MIN_VALUE);
    return [from, factor * length, suffix];
  });
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
  bytes: withBytes(""),
  "bytes/s": withBytes("/s"),
  decbytes: withPrefix("B"),
  "decbytes/s": withPrefix("B/s"),
  bits: withPrefix("bit"),
  "bits/s": withPrefix("bit/s"),
  percent: [[0, 1, "%"]],
  duration: DURATION,
  nanoseconds: inSeconds(1e-9),
  microseconds: inSeconds(1e-6),
  milliseconds: inSeconds(1e-3),
  minutes: inSeconds(60),
  hours: inSeconds(3600),
  days: inSeconds(86_400),
  euros: [[0, 1, "€"]],
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
