import { useMemo, useState } from "react";
import { fitting } from "../../lib/fuzzy.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Finder } from "../../ui/Finder.tsx";
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

/** Finds a command by its words and runs it. */
export function Palette({ commands, group, onClose }: Props) {
  const [typed, setTyped] = useState("");
  const found = useMemo(() => search(commands, group, typed), [commands, group, typed]);

  function run(command: Command) {
    onClose();
    command.run();
  }

  return (
    <Dialog label={labelOf(group)} onClose={onClose}>
      <Finder
        label={labelOf(group)}
        typed={typed}
        onTyped={setTyped}
        found={found}
        keyOf={({ id }) => id}
        onChoose={run}
        isApart={(one, before) => typed === "" && one.group !== before?.group}
        hint="Type to find data planes and time zones as well"
      >
        {(command) => <Words command={command} />}
      </Finder>
    </Dialog>
  );
}

function Words({ command: { words, keys, group } }: { command: Command }) {
  return (
    <>
      <span className={styles.words}>{words}</span>
      {keys !== undefined && <Keys keys={keys} />}
      <span className={styles.group}>{group}</span>
    </>
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
