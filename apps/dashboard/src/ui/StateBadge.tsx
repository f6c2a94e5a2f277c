import {
  IconAlertOctagonFilled,
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconClockPause,
} from "@tabler/icons-react";
import type { Health } from "../lib/health/health.ts";
import styles from "./StateBadge.module.css";

/** Every state has a glyph and a word of its own; the colour only repeats them. */
const LOOKS = {
  ok: { Glyph: IconCircleCheckFilled, word: "Healthy" },
  degraded: { Glyph: IconAlertTriangleFilled, word: "Degraded" },
  down: { Glyph: IconAlertOctagonFilled, word: "Down" },
  stale: { Glyph: IconClockPause, word: "Stale" },
  unknown: { Glyph: IconCircleDashed, word: "Unknown" },
} as const satisfies Record<Health, unknown>;

interface Props {
  readonly health: Health;
  /** A word that fits better where something else than requests is judged. */
  readonly word?: string | undefined;
}

export function StateBadge({ health, word = LOOKS[health].word }: Props) {
  const { Glyph } = LOOKS[health];
  return (
    <span className={styles.badge} data-health={health}>
      <Glyph size={16} aria-hidden className={styles.glyph} />
      {word}
    </span>
  );
}
