import { ActionIcon, Tooltip } from "@mantine/core";
import { IconCommand } from "@tabler/icons-react";
import { Suspense, lazy, useState } from "react";
import type { Command, Doer, Page } from "./commands.ts";
import { areSingleKeysOn, rememberSingleKeys } from "./single-keys.ts";
import { useCommands } from "./useCommands.ts";
import styles from "./Shortcuts.module.css";
import { useKeys } from "./useKeys.ts";
import { Pending } from "./Pending.tsx";

const Palette = lazy(async () => ({ default: (await import("./Palette.tsx")).Palette }));
const Help = lazy(async () => ({ default: (await import("./Help.tsx")).Help }));

/** What was opened, with the commands as they were then. */
interface Opened {
  readonly what: Parameters<Doer["open"]>[0];
  readonly commands: readonly Command[];
}

interface Props {
  readonly pages: readonly Page[];
  /** Whether there is no button, as on a wall. */
  readonly isSilent?: boolean;
}

/** Hears the keys, and opens the palette and the help: all three know the same commands. */
export function Shortcuts({ pages, isSilent = false }: Props) {
  const [opened, setOpened] = useState<Opened>();
  const [hasSingle, setSingle] = useState(areSingleKeysOn);
  const commandsNow = useCommands(pages, open);
  const pending = useKeys(commandsNow, hasSingle);
  const close = () => setOpened(undefined);

  function open(what: Opened["what"]) {
    setOpened({ what, commands: commandsNow() });
  }

  function turnSingle(areOn: boolean) {
    setSingle(areOn);
    rememberSingleKeys(areOn);
  }

  return (
    <>
      {!isSilent && (
        <Tooltip label="Find a page or an action">
          <ActionIcon
            variant="default"
            size={30}
            className={styles.find}
            aria-label="Find a page or an action"
            onClick={() => open("palette")}
          >
            <IconCommand size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
      {pending !== "" && <Pending pending={pending} commands={commandsNow()} />}
      <Suspense>
        {opened?.what === "help" && (
          <Help
            commands={opened.commands}
            hasSingle={hasSingle}
            onSingle={turnSingle}
            onClose={close}
          />
        )}
        {opened !== undefined && opened.what !== "help" && (
          <Palette
            key={opened.what}
            commands={opened.commands}
            group={opened.what === "environments" ? "Environments" : undefined}
            onClose={close}
          />
        )}
      </Suspense>
    </>
  );
}
