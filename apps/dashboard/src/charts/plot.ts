import type { Span } from "./types.ts";
import type { ValueAxis } from "./value-axis.ts";

/** What stands around the lines, in pixels. Left, top and bottom are the same for all charts. */
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

interface PlotInput extends Pick<Plot, "width" | "height" | "span" | "axis"> {
  /** How many lines the chart has, hidden ones as well; one alone needs no name at its end. */
  readonly lines: number;
}

export function plotOf({ width, height, span, axis, lines }: PlotInput): Plot {
  const hasEndLabels = width >= LABELLED_FROM && lines > 1;
  const right = hasEndLabels ? RIGHT_LABELLED : RIGHT_NARROW;
  const across = Math.max(width - LEFT - right, 1) / (span.end - span.start);
  const up = (height - TOP - BOTTOM) / (axis.high - axis.low);
  return {
    width,
    height,
    right,
    hasEndLabels,
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
