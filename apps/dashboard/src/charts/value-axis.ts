import { NO_VALUE, formatIn, scaleFor } from "../lib/format/units.ts";
import type { Scale, Unit } from "../lib/format/units.ts";
import type { ChartSeries, Threshold } from "./types.ts";

/** The extent of values that several charts share, so that their heights can be compared. */
export interface Extent {
  readonly low: number;
  readonly high: number;
}

export interface Tick {
  /** Where it stands on its axis. */
  readonly at: number;
  readonly text: string;
}

/** A value axis. What it draws is the value itself, or its binary logarithm for ratios. */
export interface ValueAxis extends Extent {
  readonly ticks: readonly Tick[];
  /** The unit of all numbers on this axis, written once. */
  readonly suffix: string;
  readonly drawn: (value: number) => number;
  /** A number in the axis' unit, without it. */
  readonly write: (value: number) => string;
  /** The same with the unit. */
  readonly say: (value: number) => string;
}

export interface ValueAxisInput {
  readonly series: readonly ChartSeries[];
  readonly thresholds: readonly Threshold[];
  readonly unit: Unit;
  /** "ratio" puts once at the middle, and half as far below as twice is above. */
  readonly scale: "linear" | "ratio";
  readonly extent?: Extent | undefined;
  readonly height: number;
}

const PIXELS_PER_TICK = 44;
const ROOM_ABOVE_THRESHOLD = 1.1;
const NICE = [1, 2, 2.5, 5, 10];
const MOST_DOUBLINGS = 10;
const NOTICEABLE = 1e-9;

/** The value axis of a chart: from zero, with every threshold inside and round numbers at it. */
export function valueAxis(input: ValueAxisInput): ValueAxis {
  return input.scale === "ratio" ? ratioAxis(input) : linearAxis(input);
}

/** The smallest and the largest finite value; undefined when there is none. */
export function extentOf(series: readonly ChartSeries[]): Extent | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { data } of series) {
    for (const value of data.values) {
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? { low, high } : undefined;
}

function linearAxis({ series, thresholds, unit, extent, height }: ValueAxisInput): ValueAxis {
  const values = extent ?? extentOf(series) ?? { low: 0, high: 0 };
  const limits = thresholds.map(({ value }) => value * ROOM_ABOVE_THRESHOLD);
  const lowest = Math.min(0, values.low, ...limits);
  const top = Math.max(0, values.high, ...limits);
  const scale = scaleFor(unit, Math.max(-lowest, top));
  // Nothing but zeros still needs a height: one of whatever is counted.
  const isFlat = (top - lowest) * scale.factor < NOTICEABLE;
  const highest = isFlat ? 1 / scale.factor : top;
  const steps = Math.max(2, Math.floor(height / PIXELS_PER_TICK));
  const least = niceStep(((highest - lowest) * scale.factor) / steps) / scale.factor;
  const step = unit === "count" && areWhole(series) ? Math.max(least, 1) : least;
  const first = Math.floor(roundOff(lowest / step));
  const last = Math.max(Math.ceil(roundOff(highest / step)), first + 1);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => {
    const at = (first + index) * step;
    return { at, text: tickText(scale, at) };
  }).filter(({ at }) => scale.words === undefined || Number.isInteger(at));
  return {
    low: first * step,
    high: last * step,
    ticks,
    suffix: scale.suffix,
    drawn: asItIs,
    ...wordsIn(scale),
  };
}

/** Whether nothing but whole things is counted, of which there is no half. */
function areWhole(series: readonly ChartSeries[]): boolean {
  return series.every(({ data }) =>
    data.values.every((value) => Number.isNaN(value) || Number.isInteger(value)),
  );
}

function ratioAxis({ series, extent, unit }: ValueAxisInput): ValueAxis {
  const scale = scaleFor(unit, 1);
  const values = extent ?? positiveExtentOf(series) ?? { low: 1, high: 1 };
  const far = Math.max(Math.abs(Math.log2(values.low)), Math.abs(Math.log2(values.high)));
  const doublings = Math.min(Math.max(1, Math.ceil(roundOff(far))), MOST_DOUBLINGS);
  const every = Math.ceil(doublings / 3);
  const ticks: Tick[] = [];
  for (let power = -doublings; power <= doublings; power++) {
    const text = power < 0 ? `1/${2 ** -power}` : tickText(scale, 2 ** power);
    if (power % every === 0) ticks.push({ at: power, text });
  }
  return {
    low: -doublings,
    high: doublings,
    ticks,
    suffix: scale.suffix,
    drawn: doublingsOf,
    ...wordsIn(scale),
  };
}

function asItIs(value: number): number {
  return value;
}

function doublingsOf(value: number): number {
  return value > 0 ? Math.log2(value) : Number.NaN;
}

/** Ticks are round: they are written whole, also where values would be cut short. */
function tickText(scale: Scale, value: number): string {
  const scaled = roundOff(value * scale.factor);
  const isFine = scale.words === undefined && scaled > 0 && scaled < 1;
  return isFine ? String(scaled) : formatIn({ ...scale, isEven: false }, value);
}

function wordsIn(scale: Scale): Pick<ValueAxis, "write" | "say"> {
  const write = (value: number) => formatIn(scale, value);
  const say = (value: number) => {
    const number = write(value);
    if (number === NO_VALUE || scale.suffix === "") return number;
    return scale.suffix === "×" ? `${number}×` : `${number} ${scale.suffix}`;
  };
  return { write, say };
}

function positiveExtentOf(series: readonly ChartSeries[]): Extent | undefined {
  return extentOf(
    series.map((one) => ({
      ...one,
      data: { ...one.data, values: one.data.values.filter((value) => value > 0) },
    })),
  );
}

function niceStep(least: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(least));
  const nice = NICE.find((factor) => factor * magnitude >= roundOff(least)) ?? 10;
  return nice * magnitude;
}

/** Takes away what binary fractions add, so that 0.3 / 0.1 is three steps and not four. */
function roundOff(value: number): number {
  return Number(value.toPrecision(12));
}
