import { useLayoutEffect, useRef } from "react";
import type { CursorStore } from "./cursor-store.ts";
import { lineStyle } from "./line-style.ts";
import { BOTTOM, LEFT, TOP } from "./plot.ts";
import type { Plot } from "./plot.ts";
import { valueAt } from "./sample.ts";
import styles from "./CursorLayer.module.css";
import type { ChartSeries } from "./types.ts";

interface Props {
  readonly cursor: CursorStore;
  readonly plot: Plot;
  readonly series: readonly ChartSeries[];
}

/** More dots than this hide more than they show. */
const MOST_DOTS = 8;

/**
 * The cursor's line and a dot on each line of the chart. Moves elements and renders nothing: all
 * charts of a page follow the pointer in every frame.
 */
export function CursorLayer({ cursor, plot, series }: Props) {
  const layer = useRef<HTMLDivElement>(null);
  const dotted = series.length <= MOST_DOTS ? series : [];

  useLayoutEffect(() => {
    const follow = () => {
      if (layer.current) moveTo(layer.current, cursor.get()?.time, plot, dotted);
    };
    follow();
    return cursor.subscribe(follow);
  });

  const height = plot.height - TOP - BOTTOM;
  return (
    <div ref={layer} className={styles.layer} hidden>
      <div className={styles.line} style={{ top: TOP, height }} />
      {dotted.map((one) => (
        <div key={one.id} className={styles.dot} style={{ background: lineStyle(one).colour }} />
      ))}
    </div>
  );
}

function moveTo(
  layer: HTMLElement,
  time: number | undefined,
  plot: Plot,
  dotted: readonly ChartSeries[],
) {
  const x = time === undefined ? Number.NaN : plot.xAt(time);
  const isInside = x >= LEFT && x <= plot.width - plot.right;
  layer.hidden = !isInside;
  if (time === undefined || !isInside) return;
  const [line, ...dots] = layer.children as Iterable<HTMLElement>;
  if (line) line.style.transform = `translateX(${Math.round(x)}px)`;
  dots.forEach((dot, index) => {
    const one = dotted[index];
    const y = one ? plot.yAt(valueAt(one.data, time)) : Number.NaN;
    // A value beyond a shared or narrowed axis has no place in the chart.
    dot.hidden = !(y >= TOP && y <= plot.height - BOTTOM);
    if (!dot.hidden) dot.style.transform = `translate(${x}px, ${y}px)`;
  });
}
