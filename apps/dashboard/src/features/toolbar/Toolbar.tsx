import { EnvironmentPicker } from "./EnvironmentPicker.tsx";
import { RangePicker } from "./RangePicker.tsx";
import { RefreshControl } from "./RefreshControl.tsx";
import { ThemeToggle } from "./ThemeToggle.tsx";
import styles from "./Toolbar.module.css";

/** What all pages share: whose data, over which time, how fresh. */
export function Toolbar() {
  return (
    <div role="toolbar" aria-label="View" className={styles.toolbar}>
      <EnvironmentPicker />
      <RangePicker />
      <RefreshControl />
      <ThemeToggle />
    </div>
  );
}
