import type { ChartSeries, LineKind, Span } from "../src/charts/types.ts";

/** A made-up shape of a line: where it lies, and how much it moves around that. */
export interface Shape {
  readonly level: number;
  readonly noise: number;
  /** Shares of the range, from 0 to 1, in which there is nothing. */
  readonly gaps?: readonly (readonly [from: number, to: number])[];
  /** A share of the range in which the level is multiplied. */
  readonly incident?: readonly [from: number, to: number, factor: number];
}

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A series of a shape over a span; the same seed makes the same one. */
export function madeSeries(
  name: string,
  slot: number,
  span: Span,
  step: number,
  shape: Shape,
  kind: LineKind = "line",
): ChartSeries {
  const random = randomNumbers(slot * 1000 + name.length * 7 + Math.round(shape.level * 100));
  const count = Math.floor((span.end - span.start) / step) + 1;
  let drift = 0;
  const values = Float64Array.from({ length: count }, (_, index) => {
    const share = index / (count - 1);
    drift = 0.92 * drift + (random() - 0.5) * shape.noise;
    if (shape.gaps?.some(([from, to]) => share >= from && share <= to)) return Number.NaN;
    const [from, to, factor] = shape.incident ?? [2, 2, 1];
    const times = share >= from && share <= to ? factor : 1;
    return Math.max(0, shape.level * times * (1 + drift + 0.08 * Math.sin(share * 9 + slot)));
  });
  const data = { labels: { environment: name }, start: span.start, step, values };
  return { id: `${name} ${slot} ${kind}`, name, slot, kind, data };
}
