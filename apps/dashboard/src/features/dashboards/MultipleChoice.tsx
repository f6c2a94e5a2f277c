import { Button, Popover } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import { listed } from "../../lib/format/words.ts";
import { occurs } from "../../lib/occurs.ts";
import { ALL } from "../../lib/perses/choice.ts";
import type { Chosen } from "../../lib/perses/choice.ts";
import type { Option } from "../../lib/perses/options.ts";
import type { ListChoice } from "../../lib/perses/variables.ts";
import styles from "./VariableBar.module.css";

interface Props {
  readonly variable: ListChoice;
  readonly options: readonly Option[];
  readonly chosen: Chosen;
  readonly onChoose: (values: readonly string[]) => void;
}

/** More are found by their names. */
const MOST_SHOWN = 100;
/** Fewer are seen at a glance. */
const SEARCHED_FROM = 10;
const MOST_NAMED = 3;

/** Chooses several values of a list, or all. */
export function MultipleChoice({ variable, options, chosen, onChoose }: Props) {
  const [find, setFind] = useState("");
  const areAll = chosen.values.includes(ALL);
  const there = new Set(options.map(({ value }) => value));
  const gone = areAll ? [] : chosen.values.filter((value) => !there.has(value));
  const all = [...gone.map((value) => ({ value, title: `${value} (not there now)` })), ...options];
  const found = all.filter(({ title }) => occurs(find, title));

  function toggle(value: string) {
    const before = areAll ? [] : chosen.values;
    const isIn = before.includes(value);
    onChoose(isIn ? before.filter((one) => one !== value) : [...before, value]);
  }

  return (
    <Popover position="bottom-start" shadow="md" trapFocus>
      <Popover.Target>
        <Button
          variant="default"
          size="xs"
          aria-label={`${variable.title}: ${said(chosen.values, all, areAll)}`}
          rightSection={<IconChevronDown size={14} aria-hidden />}
        >
          {said(chosen.values, all, areAll)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={styles.list}>
        {all.length > SEARCHED_FROM && (
          <input
            type="search"
            className={styles.text}
            aria-label={`Find in ${variable.title}`}
            placeholder="Find"
            value={find}
            onChange={({ target }) => setFind(target.value)}
          />
        )}
        {variable.hasAll && (
          <label className={styles.option}>
            <input type="checkbox" checked={areAll} onChange={() => onChoose([ALL])} />
            All
          </label>
        )}
        {found.slice(0, MOST_SHOWN).map(({ value, title }) => (
          <label key={value} className={styles.option}>
            <input
              type="checkbox"
              checked={!areAll && chosen.values.includes(value)}
              onChange={() => toggle(value)}
            />
            {title}
          </label>
        ))}
        {found.length > MOST_SHOWN && (
          <p className={styles.more}>and {found.length - MOST_SHOWN} more: find them by name</p>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function said(values: readonly string[], all: readonly Option[], areAll: boolean): string {
  if (areAll) return `All (${all.length})`;
  if (values.length === 0) return "None";
  if (values.length > MOST_NAMED) return `${values.length} of ${all.length}`;
  return listed(values.map((value) => all.find((one) => one.value === value)?.title ?? value));
}
