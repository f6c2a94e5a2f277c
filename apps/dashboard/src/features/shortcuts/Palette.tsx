import { useId, useMemo, useState } from "react";
import type { KeyboardEvent } from "react";
import { fitting } from "../../lib/fuzzy.ts";
import { counted } from "../../lib/format/words.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { GROUPS } from "./commands.ts";
import type { Command, Group } from "./commands.ts";
import { Keys } from "./Keys.tsx";
import styles from "./Palette.module.css";

interface Props {
  readonly commands: readonly Command[];
  /** The one group that is chosen from; all of them without it. */
  readonly group?: Group | undefined;
  readonly onClose: () => void;
}

/** More are no list to choose from. */
const MOST = 50;

/** Finds a command by its words and runs it: a combobox whose list is always open. */
export function Palette({ commands, group, onClose }: Props) {
  const list = useId();
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  const found = useMemo(() => search(commands, group, typed), [commands, group, typed]);
  const shown = found.slice(0, MOST);
  const idOf = (index: number) => `${list} ${index}`.replaceAll(" ", "-");

  function run(command: Command | undefined) {
    if (command === undefined) return;
    onClose();
    command.run();
  }

  function moveTo(index: number) {
    const next = (index + shown.length) % Math.max(shown.length, 1);
    setActive(next);
    document.getElementById(idOf(next))?.scrollIntoView({ block: "nearest" });
  }

  function press(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown") moveTo(active + 1);
    else if (event.key === "ArrowUp") moveTo(active - 1);
    else if (event.key === "Enter") run(shown[active]);
    else return;
    event.preventDefault();
  }

  return (
    <Dialog label={labelOf(group)} onClose={onClose}>
      <input
        className={styles.input}
        role="combobox"
        aria-label={labelOf(group)}
        aria-expanded
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={shown.length > 0 ? idOf(active) : undefined}
        placeholder={`${labelOf(group)}…`}
        value={typed}
        onChange={({ currentTarget }) => {
          setTyped(currentTarget.value);
          setActive(0);
        }}
        onKeyDown={press}
        autoComplete="off"
        spellCheck={false}
      />
      <div id={list} role="listbox" aria-label="Found" className={styles.list}>
        {shown.map((command, index) => (
          // Keys are pressed in the field, which keeps the focus.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
          <div
            key={command.id}
            id={idOf(index)}
            role="option"
            aria-selected={index === active}
            className={styles.option}
            data-first={typed === "" && command.group !== shown[index - 1]?.group}
            onClick={() => run(command)}
            onPointerMove={() => setActive(index)}
          >
            <span className={styles.words}>{command.words}</span>
            {command.keys !== undefined && <Keys keys={command.keys} />}
            <span className={styles.group}>{command.group}</span>
          </div>
        ))}
      </div>
      <p className={styles.rest} role="status">
        {restOf(found.length, shown.length, typed)}
      </p>
    </Dialog>
  );
}

function labelOf(group: Group | undefined): string {
  return group === "Environments" ? "Choose an environment" : "Find a page or an action";
}

function search(commands: readonly Command[], group: Group | undefined, typed: string): Command[] {
  const offered = commands.filter(
    (one) =>
      one.id !== "palette" &&
      (group === undefined || one.group === group) &&
      (typed.trim() !== "" || !one.isOneOfMany),
  );
  if (typed.trim() === "") {
    return offered.toSorted((a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group));
  }
  return fitting(typed, offered, ({ words }) => words);
}

function restOf(found: number, shown: number, typed: string): string {
  if (found === 0) return "Nothing fits.";
  if (found > shown) return `and ${found - shown} more; type to narrow them down`;
  return typed === "" ? "Type to find data planes and time zones as well" : counted(found, "match");
}
