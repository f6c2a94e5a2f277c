import type { Environment } from "../api/configuration.ts";
import { lookOf } from "../theme/environment.ts";
import styles from "./EnvironmentName.module.css";

/** An environment's title beside a piece of its line, as charts draw it. */
export function EnvironmentName({ environment }: { environment: Environment }) {
  const { colour, dash } = lookOf(environment.slot);
  return (
    <span className={styles.name}>
      <svg width="18" height="4" className={styles.line} aria-hidden>
        <line
          x1="0"
          x2="18"
          y1="2"
          y2="2"
          stroke={colour}
          strokeWidth="3"
          strokeDasharray={dash.join(" ")}
        />
      </svg>
      <span className={styles.title} title={environment.title}>
        {environment.title}
      </span>
    </span>
  );
}
