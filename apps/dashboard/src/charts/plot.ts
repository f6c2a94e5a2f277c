import type { Span } from "./types.ts";
import type { ValueAxis } from "./value-axis.ts";

/** What stands around the lines, in pixels: the same for all charts, so that stacked ones align. */
export const LEFT = 44;
export const TOP = 24;
export const BOTTOM = 22;
const RIGHT_NARROW = 10;
const RIGHT_LABELLED = 84;
const LABELLED_FROM = 480;

/** Where times and values stand in a chart. Everything in it is placed by this one mapping. */
export interface Plot {
  readonly width: number;
  readonly height: number;
  /** Pixels right of the lines; labels at the lines' ends stand there if there is room. */
  readonly right: number;
  readonly hasEndLabels: boolean;
  readonly span: Span;
  readonly axis: ValueAxis;
  readonly xAt: (time: number) => number;
  /** NaN for values that cannot be drawn. */
  readonly yAt: (value: number) => number;
  readonly timeAt: (x: number) => number;
  /** What is drawn at a height, in the axis' drawn numbers. */
  readonly drawnAt: (y: number) => number;
}

export function rightOf(width: number): number {
  return width >= LABELLED_FROM ? RIGHT_LABELLED : RIGHT_NARROW;
}

export function plotOf(width: number, height: number, span: Span, axis: ValueAxis): Plot {
  const right = rightOf(width);
  const across = Math.max(width - LEFT - right, 1) / (span.end - span.start);
  const up = (height - TOP - BOTTOM) / (axis.high - axis.low);
  return {
    width,
    height,
    right,
    hasEndLabels: right === RIGHT_LABELLED,
    span,
    axis,
    xAt: (time) => LEFT + (time - span.start) * across,
    yAt: (value) => height - BOTTOM - (axis.drawn(value) - axis.low) * up,
    timeAt: (x) => span.start + (x - LEFT) / across,
    drawnAt: (y) => axis.low + (height - BOTTOM - y) / up,
  };
}

/** A time's place, kept within the plot. */
export function clampedX(plot: Plot, time: number): number {
  return Math.min(Math.max(plot.xAt(time), LEFT), plot.width - plot.right);
}
