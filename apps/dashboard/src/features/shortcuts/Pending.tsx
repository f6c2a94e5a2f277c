import type { Command } from "./commands.ts";
import { Keys } from "./Keys.tsx";
import styles from "./Pending.module.css";

interface Props {
  /** The keys that were pressed. */
  readonly pending: string;
  readonly commands: readonly Command[];
}

/** Says which keys may follow. */
export function Pending({ pending, commands }: Props) {
  const next = commands.filter(({ keys }) => keys?.startsWith(`${pending} `));
  return (
    <div className={styles.pending} role="status">
      {next.map(({ id, words, keys = "" }) => (
        <span key={id}>
          <Keys keys={keys.slice(pending.length + 1)} /> {words}
        </span>
      ))}
    </div>
  );
}
