import { lookOf } from "../theme/environment.ts";
import type { Look } from "../theme/environment.ts";
import type { ChartSeries, LineKind } from "./types.ts";

const WEIGHTS: Readonly<Record<LineKind, { width: number; opacity: number }>> = {
  line: { width: 1.5, opacity: 1 },
  area: { width: 1.5, opacity: 1 },
  p50: { width: 1, opacity: 0.6 },
  p95: { width: 1.5, opacity: 1 },
  p99: { width: 2.25, opacity: 1 },
  ghost: { width: 1, opacity: 0.75 },
};

export interface LineStyle extends Look {
  /** In pixels. */
  readonly width: number;
  readonly opacity: number;
}

/** What of a series decides how it is drawn. */
export type Drawable = Pick<ChartSeries, "slot" | "shade" | "kind" | "isPlain">;

/** How a line is drawn: colour and dash are its environment's, weight is its kind's; ghosts are grey. */
export function lineStyle({ slot, shade, kind, isPlain }: Drawable): LineStyle {
  const look = lookOf(slot, { shade, isPlain });
  return { ...look, ...(kind === "ghost" && { colour: "var(--ghost)" }), ...WEIGHTS[kind] };
}
