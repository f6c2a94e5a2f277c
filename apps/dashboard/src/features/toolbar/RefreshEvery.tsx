import { useConfiguration } from "../../api/ConfigurationContext.ts";
import { REFRESH } from "../../view/search.ts";
import type { RefreshName } from "../../view/search.ts";
import { refreshNamed } from "../../view/selection.ts";
import { useChangeView, useView } from "../../view/useView.ts";
import styles from "./Toolbar.module.css";

const NAMES = Object.keys(REFRESH) as RefreshName[];

/** How often the page asks again by itself. */
export function RefreshEvery() {
  const { refresh } = useView();
  const { refresh_seconds } = useConfiguration();
  const change = useChangeView();

  function choose(name: RefreshName) {
    change({ refresh: name === refreshNamed(refresh_seconds) ? undefined : name });
  }

  return (
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
  );
}
