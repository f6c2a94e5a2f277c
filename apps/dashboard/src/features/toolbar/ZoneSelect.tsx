import { useMemo } from "react";
import { zoneName, zoneNames } from "../../lib/time/zone.ts";
import { useChangeView, useView } from "../../view/useView.ts";
import styles from "./Toolbar.module.css";

/** Chooses whose clocks the page shows. */
export function ZoneSelect() {
  const { zone } = useView();
  const change = useChangeView();
  const names = useMemo(() => [...new Set([...zoneNames(), ...(zone ? [zone] : [])])], [zone]);
  return (
    <label>
      Time zone
      <select
        className={styles.select}
        value={zone ?? ""}
        onChange={({ currentTarget }) => change({ tz: currentTarget.value || undefined })}
      >
        <option value="">{zoneName(undefined)} (this browser&apos;s)</option>
        {names.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}
