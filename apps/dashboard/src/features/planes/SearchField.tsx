import { IconSearch } from "@tabler/icons-react";
import { useSearch } from "@tanstack/react-router";
import { useChangeView } from "../../view/useView.ts";
import { validateSearch } from "../../view/search.ts";
import styles from "./SearchField.module.css";

/** What is looked for; it stands in the address. */
export function useFind(): string {
  return useSearch({ strict: false, select: (raw) => validateSearch(raw).find ?? "" });
}

/** Looks for data planes by name, host, address or what is wrong with them. */
export function SearchField() {
  const find = useFind();
  const change = useChangeView();
  return (
    <label className={styles.search}>
      <IconSearch size={14} aria-hidden />
      <input
        type="search"
        placeholder="Find a data plane"
        aria-label="Find a data plane"
        value={find}
        onChange={({ target }) => change({ find: target.value || undefined }, { replace: true })}
      />
    </label>
  );
}
