import { Tooltip } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useFreshness } from "../../api/useFreshness.ts";
import { useClock } from "../../clock/ClockContext.ts";
import { Age } from "../../ui/Age.tsx";
import styles from "./Toolbar.module.css";

/** How old the page is, beside the button that asks again; both are one place to press. */
export function RefreshButton() {
  const clock = useClock();
  const { at, isFetching, isFailing } = useFreshness();
  return (
    <div className={styles.refresh}>
      <Tooltip label="Ask again now">
        <button
          type="button"
          aria-label="Refresh"
          className={styles.again}
          onClick={() => clock.refresh()}
        >
          <IconRefresh size={16} aria-hidden className={isFetching ? styles.turning : undefined} />
        </button>
      </Tooltip>
      <span className={styles.age} data-failing={isFailing}>
        {at !== undefined && (
          <>
            <Age since={at} />
            <span className={styles.wide}> old</span>
          </>
        )}
      </span>
    </div>
  );
}
