import { Age } from "../../ui/Age.tsx";
import { WORDS } from "./ladder.ts";
import type { Rung } from "./ladder.ts";
import styles from "./LadderCells.module.css";

/** The way of the measurements, link by link; a broken line leads to what gave no fresh proof. */
export function LadderCells({ ladder }: { ladder: readonly Rung[] }) {
  return ladder.map(({ stage, freshness, at, words }) => (
    <span
      key={stage}
      role="cell"
      className={styles.rung}
      data-freshness={freshness}
      title={`${WORDS[stage].name}: ${WORDS[stage].proof}`}
    >
      <span className={styles.dot} aria-hidden />
      <span className={styles.name}>{WORDS[stage].name}</span>
      <span className={styles.age}>{at === undefined ? words : <Age since={at} />}</span>
    </span>
  ));
}
