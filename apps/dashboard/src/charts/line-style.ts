import { lookOf } from "../theme/environment.ts";
import type { Look } from "../theme/environment.ts";
import type { LineKind } from "./types.ts";

const WEIGHTS: Readonly<Record<LineKind, { width: number; opacity: number }>> = {
  line: { width: 1.5, opacity: 1 },
  area: { width: 1.5, opacity: 1 },
  p50: { width: 1, opacity: 0.6 },
  p95: { width: 1.5, opacity: 1 },
  p99: { width: 2.25, opacity: 1 },
};

export interface LineStyle extends Look {
  /** In pixels. */
  readonly width: number;
  readonly opacity: number;
}

/** How a line is drawn: colour and dash are its environment's, weight is its kind's. */
export function lineStyle(slot: number, kind: LineKind): LineStyle {
  return { ...lookOf(slot), ...WEIGHTS[kind] };
}

/** A slot's colour for use in a style. */
export function slotColour(slot: number): string {
  return `var(${lookOf(slot).colour})`;
}
