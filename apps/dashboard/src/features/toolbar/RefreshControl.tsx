import { ActionIcon, Tooltip } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useFreshness } from "../../api/useFreshness.ts";
import { useClock } from "../../clock/ClockContext.ts";
import { useConfiguration } from "../../api/ConfigurationContext.ts";
import { Age } from "../../ui/Age.tsx";
import { REFRESH } from "../../view/search.ts";
import type { RefreshName } from "../../view/search.ts";
import { refreshNamed } from "../../view/selection.ts";
import { useChangeView, useView } from "../../view/useView.ts";
import styles from "./Toolbar.module.css";

const NAMES = Object.keys(REFRESH) as RefreshName[];

/** How old the page is, a button that asks again, and how often that happens by itself. */
export function RefreshControl() {
  const clock = useClock();
  const { refresh } = useView();
  const { refresh_seconds } = useConfiguration();
  const change = useChangeView();
  const { at, isFetching, isFailing } = useFreshness();

  function choose(name: RefreshName) {
    change({ refresh: name === refreshNamed(refresh_seconds) ? undefined : name });
  }

  return (
    <div className={styles.refresh}>
      <span className={styles.age} data-failing={isFailing}>
        {at !== undefined && (
          <>
            <Age since={at} /> old
          </>
        )}
      </span>
      <Tooltip label="Ask again now">
        <ActionIcon
          variant="default"
          size={30}
          aria-label="Refresh"
          onClick={() => clock.refresh()}
        >
          <IconRefresh size={16} aria-hidden className={isFetching ? styles.turning : undefined} />
        </ActionIcon>
      </Tooltip>
      <select
        className={styles.select}
        aria-label="Refresh every"
        value={refresh}
        onChange={(event) => choose(event.currentTarget.value as RefreshName)}
      >
        {NAMES.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
