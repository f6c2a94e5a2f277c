import { Button, Popover } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useConfiguration } from "../../api/ConfigurationContext.ts";
import { counted } from "../../lib/format/words.ts";
import { EnvironmentName } from "../../ui/EnvironmentName.tsx";
import { useChangeView, useView } from "../../view/useView.ts";
import type { View } from "../../view/selection.ts";
import styles from "./Toolbar.module.css";

/** Chooses one, several or all environments. */
export function EnvironmentPicker() {
  const { environments } = useConfiguration();
  const view = useView();
  const change = useChangeView();
  const chosen = new Set(view.environments.map(({ name }) => name));

  function choose(names: readonly string[]) {
    const areAll = names.length === 0 || names.length === environments.length;
    change({ env: areAll ? undefined : names });
  }

  function toggle(name: string) {
    const isAlone = view.areAll && environments.length > 1;
    const wanted = isAlone ? new Set([name]) : new Set(chosen);
    if (!isAlone && !wanted.delete(name)) wanted.add(name);
    choose(environments.map((one) => one.name).filter((one) => wanted.has(one)));
  }

  const label = labelOf(view);
  return (
    <Popover position="bottom-end" shadow="md" trapFocus>
      <Popover.Target>
        <Button
          variant="default"
          size="xs"
          className={styles.environments}
          aria-label={label}
          rightSection={<IconChevronDown size={14} aria-hidden />}
        >
          <span className={styles.whole}>{label}</span>
          <span className={styles.brief}>{view.areAll ? "All" : label}</span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={styles.list}>
        <label className={styles.option}>
          <input type="checkbox" checked={view.areAll} onChange={() => choose([])} />
          All environments
        </label>
        {environments.map((environment) => (
          <label key={environment.name} className={styles.option}>
            <input
              type="checkbox"
              checked={!view.areAll && chosen.has(environment.name)}
              onChange={() => toggle(environment.name)}
            />
            <EnvironmentName environment={environment} />
          </label>
        ))}
        {view.unknown.length > 0 && (
          <p className={styles.note}>Not known here: {view.unknown.join(", ")}</p>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function labelOf({ environments, areAll }: View): string {
  const [first] = environments;
  if (areAll) return "All environments";
  if (first !== undefined && environments.length === 1) return first.title;
  return counted(environments.length, "environment");
}
