import { PREVIOUS, wordsOf } from "../../lib/time/previous.ts";
import { useChangeView, useView } from "../../view/useView.ts";
import styles from "./Toolbar.module.css";

const NAMES = { "1": "the period before", day: "the same time on the day before" } as const;

/** Chooses which earlier time is drawn behind each line. */
export function PreviousSelect() {
  const { previous, range } = useView();
  const change = useChangeView();
  return (
    <label className={styles.field}>
      Behind each line
      <select
        className={styles.select}
        value={previous ?? ""}
        onChange={({ currentTarget }) =>
          change({ previous: PREVIOUS.find((one) => one === currentTarget.value) })
        }
      >
        <option value="">nothing</option>
        {PREVIOUS.map((one) => (
          <option key={one} value={one}>
            {NAMES[one]} ({wordsOf(one, range)})
          </option>
        ))}
      </select>
    </label>
  );
}
