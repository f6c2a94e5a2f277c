import type { Tone } from "../../lib/perses/tone.ts";
import styles from "./GaugeArc.module.css";

interface Props {
  readonly value: number;
  /** What is full; without it there is nothing to be a part of. */
  readonly whole: number | undefined;
  readonly tone: Tone;
}

const RADIUS = 50;
const LENGTH = Math.PI * RADIUS;
const ARC = `M10 60a${RADIUS} ${RADIUS} 0 0 1 ${2 * RADIUS} 0`;

/** Half a ring, filled as far as a value goes. The number itself stands in it. */
export function GaugeArc({ value, whole, tone }: Props) {
  const share = whole === undefined || whole <= 0 ? 0 : Math.min(Math.max(value / whole, 0), 1);
  const filled = Number.isNaN(share) ? 0 : share * LENGTH;
  return (
    <svg viewBox="0 0 120 66" className={styles.gauge} aria-hidden>
      <path d={ARC} className={styles.track} />
      <path
        d={ARC}
        className={styles.value}
        data-tone={tone}
        strokeDasharray={`${filled.toFixed(1)} ${LENGTH.toFixed(1)}`}
      />
    </svg>
  );
}
