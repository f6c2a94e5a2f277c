import { printed } from "./keys.ts";
import styles from "./Keys.module.css";

const IS_APPLE = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** Keys as they are printed on a keyboard. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className={styles.keys}>
      {printed(keys, IS_APPLE).map((together, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- the same key may come twice
        <span key={index} className={styles.together}>
          {together.map((key) => (
            <kbd key={key}>{key}</kbd>
          ))}
        </span>
      ))}
    </span>
  );
}
