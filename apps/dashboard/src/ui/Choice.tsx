import { Button, Popover } from "@mantine/core";
import { IconCheck, IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import { occurs } from "../lib/occurs.ts";
import styles from "./Choice.module.css";
import { Finder } from "./Finder.tsx";

interface Option {
  readonly value: string;
  readonly title: string;
}

interface Props {
  readonly label: string;
  /** The value of one of the options. */
  readonly value: string;
  readonly options: readonly Option[];
  readonly onChoose: (value: string) => void;
}

/** Fewer are seen at a glance. */
const SEARCHED_FROM = 20;

/** Chooses one of a list: a short one as the browser offers it, a long one by its words. */
export function Choice(props: Props) {
  if (props.options.length >= SEARCHED_FROM) return <SearchedChoice {...props} />;
  const { label, value, options, onChoose } = props;
  return (
    <select
      className={styles.select}
      aria-label={label}
      value={value}
      onChange={({ target }) => onChoose(target.value)}
    >
      {options.map((one) => (
        <option key={one.value} value={one.value}>
          {one.title}
        </option>
      ))}
    </select>
  );
}

function SearchedChoice({ label, value, options, onChoose }: Props) {
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const title = options.find((one) => one.value === value)?.title ?? value;

  function open(isWanted: boolean) {
    setOpen(isWanted);
    setTyped("");
  }

  return (
    <Popover
      opened={isOpen}
      onChange={open}
      position="bottom-start"
      shadow="md"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Button
          variant="default"
          size="xs"
          justify="space-between"
          className={styles.button}
          aria-label={`${label}: ${title}`}
          onClick={() => open(!isOpen)}
          rightSection={<IconChevronDown size={14} aria-hidden />}
        >
          {title}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={styles.dropdown} p={0}>
        <Finder
          label={`Find in ${label.toLowerCase()}`}
          typed={typed}
          onTyped={setTyped}
          found={options.filter((one) => occurs(typed, one.title))}
          keyOf={(one) => one.value}
          onChoose={(one) => {
            open(false);
            onChoose(one.value);
          }}
        >
          {(one) => (
            <>
              <span className={styles.title}>{one.title}</span>
              {one.value === value && <IconCheck size={14} aria-label="chosen" />}
            </>
          )}
        </Finder>
      </Popover.Dropdown>
    </Popover>
  );
}
