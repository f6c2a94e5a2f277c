import { lineStyle } from "./line-style.ts";
import type { Drawable } from "./line-style.ts";

/** A short piece of a line, as the chart draws it. */
export function Swatch({ series }: { readonly series: Drawable }) {
  const { kind } = series;
  const { colour, dash, width, opacity } = lineStyle(series);
  return (
    <svg width="20" height="8" aria-hidden>
      {kind === "area" && <rect width="20" y="4" height="4" fill={colour} opacity=".2" />}
      <line
        x2="20"
        y1="4"
        y2="4"
        stroke={colour}
        strokeWidth={width}
        strokeDasharray={dash.join(" ")}
        opacity={opacity}
      />
    </svg>
  );
}
