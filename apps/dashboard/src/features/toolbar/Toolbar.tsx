import { EnvironmentPicker } from "./EnvironmentPicker.tsx";
import { RangePicker } from "./RangePicker.tsx";
import { RefreshButton } from "./RefreshButton.tsx";
import { Settings } from "./Settings.tsx";
import styles from "./Toolbar.module.css";

/** What all pages share: whose data, over which time, how fresh. */
export function Toolbar() {
  return (
    <div role="toolbar" aria-label="View" className={styles.toolbar}>
      <EnvironmentPicker />
      <RangePicker />
      <RefreshButton />
      <Settings />
    </div>
  );
}
