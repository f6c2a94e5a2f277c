import { ActionIcon, Popover } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { RefreshEvery } from "./RefreshEvery.tsx";
import { ThemeToggle } from "./ThemeToggle.tsx";
import styles from "./Toolbar.module.css";

/** What is chosen once and then left: in the bar where there is room, else behind one button. */
export function Settings() {
  return (
    <>
      <div className={styles.spread}>{all}</div>
      <Popover position="bottom-end" shadow="md" trapFocus>
        <Popover.Target>
          <ActionIcon variant="default" size={30} aria-label="More" className={styles.more}>
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown className={styles.settings}>{all}</Popover.Dropdown>
      </Popover>
    </>
  );
}

const all = (
  <>
    <Setting name="Refresh every">
      <RefreshEvery />
    </Setting>
    <Setting name="Theme">
      <ThemeToggle />
    </Setting>
  </>
);

/** A control; its name stands beside it in the menu. */
function Setting({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.setting}>
      <span className={styles.name}>{name}</span>
      {children}
    </div>
  );
}
