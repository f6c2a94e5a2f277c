import { memo, useId } from "react";
import { condense } from "../lib/series/condense.ts";
import { heightOf, linePath } from "../lib/series/path.ts";
import type { GridSeries } from "../lib/series/series.ts";
import styles from "./Sparkline.module.css";

interface Props {
  readonly series: GridSeries | undefined;
  /** Any CSS colour. */
  readonly colour: string;
  /** What is above it is drawn as trouble. */
  readonly threshold?: number | undefined;
}

const WIDTH = 120;
const HEIGHT = 24;
/** More points than this would only be noise in so little room. */
const POINTS = 60;
/** Room above a line, and above a threshold that lies higher. */
const HEADROOM = 1.3;
const HEADROOM_OVER_THRESHOLD = 1.08;

/** A small line without axes; all that stand in a column share their width and so their time. */
export const Sparkline = memo(function Sparkline({ series, colour, threshold }: Props) {
  const clip = useId();
  if (series === undefined) return <span className={styles.spark} />;
  const values = condense(series.values, POINTS, threshold === undefined ? "mean" : "largest");
  const largest = values.reduce((most, value) => (value > most ? value : most), threshold ?? 0);
  const headroom = threshold === undefined ? HEADROOM : HEADROOM_OVER_THRESHOLD;
  const box = { width: WIDTH, height: HEIGHT, top: largest * headroom };
  const path = linePath(values, box);
  const limit = threshold === undefined ? undefined : heightOf(threshold, box);
  return (
    <svg
      className={styles.spark}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden
    >
      <path className={styles.line} d={path} stroke={colour} />
      {limit !== undefined && (
        <>
          <clipPath id={clip}>
            <rect width={WIDTH} height={limit} />
          </clipPath>
          <path className={styles.line} d={path} stroke="var(--down)" clipPath={`url(#${clip})`} />
          <path className={styles.threshold} d={`M0 ${limit}h${WIDTH}`} />
        </>
      )}
    </svg>
  );
});
