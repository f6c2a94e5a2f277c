import type { Thresholds } from "../health/health.ts";
import type { Signal } from "../promql/catalogue.ts";
import type { Contrast } from "../series/contrast.ts";

/** Who is compared. */
export interface Subject {
  readonly name: string;
  readonly title: string;
  readonly thresholds: Thresholds;
}

/** How an environment stands against a baseline in one signal. */
export interface Comparison<S extends Subject = Subject> {
  readonly environment: S;
  readonly signal: Signal;
  readonly contrast: Contrast;
}

/** Which part of a threshold counts as nothing: differences within it would be noise. */
const NOTHING = 0.1;

/** From how many doublings on two environments are not alike. */
export const UNLIKE = Math.log2(1.5);

/** Signals that are about as far, in doublings, are told of in this order and not by chance. */
const ABOUT = 0.5;
const ORDER: readonly Signal[] = ["errors", "p95", "p99", "p50", "requests", "active"];

/**
 * How far a signal is above that of the baseline, in doublings; negative below it. What is small
 * against the environment's threshold counts little: three times hardly any errors are hardly any.
 */
export function elevation({ environment, signal, contrast }: Comparison): number {
  const floor = floorOf(signal, environment);
  return Math.log2((contrast.value + floor) / (contrast.base + floor));
}

/** The same, above or below. */
export function distance(one: Comparison): number {
  return Math.abs(elevation(one));
}

/** Traffic may differ by design: how much there is harms nobody. */
export function isTraffic(signal: Signal): boolean {
  return signal === "requests" || signal === "active";
}

/** What differs most; traffic only where nothing else differs. */
export function mostDifferent<S extends Subject>(
  all: readonly Comparison<S>[],
): Comparison<S> | undefined {
  const unlike = all.filter((one) => distance(one) >= UNLIKE);
  const harmful = unlike.filter(({ signal }) => !isTraffic(signal));
  const ranked = (harmful.length > 0 ? harmful : unlike).toSorted(
    (one, other) => distance(other) - distance(one),
  );
  const [farthest] = ranked;
  if (farthest === undefined) return undefined;
  const signals = new Set(
    ranked.filter((one) => distance(one) >= distance(farthest) - ABOUT).map((one) => one.signal),
  );
  const told = ORDER.find((signal) => signals.has(signal));
  return ranked.find(({ signal }) => signal === told);
}

/**
 * Where all others are below the baseline in a signal, it is the baseline that is odd; this is
 * the nearest of them then.
 */
export function nearestBelow<S extends Subject>(
  all: readonly Comparison<S>[],
  signal: Signal,
): Comparison<S> | undefined {
  const own = all.filter((one) => one.signal === signal);
  if (own.length < 2 || own.some((one) => elevation(one) > -UNLIKE)) return undefined;
  return own.toSorted((one, other) => other.contrast.times - one.contrast.times)[0];
}

function floorOf(signal: Signal, { thresholds }: Subject): number {
  if (isTraffic(signal)) return 1;
  return NOTHING * (signal === "errors" ? thresholds.error_ratio : thresholds.p95_seconds);
}
