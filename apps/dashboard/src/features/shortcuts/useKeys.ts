import { useEffect, useRef, useState } from "react";
import type { Command } from "./commands.ts";
import { isField, nameOf, step } from "./keys.ts";

/** How long a key waits for the one after it, in milliseconds. */
const PATIENCE = 2000;

/**
 * Runs the command whose keys are pressed; returns the keys that wait for another one. Keys that
 * somebody types into a field, or presses in a dialog, are theirs; so are single ones unless
 * `hasSingle`.
 */
export function useKeys(commandsNow: () => Command[], hasSingle: boolean): string {
  const [pending, setPending] = useState("");
  const latest = useRef({ commandsNow, hasSingle, pending });
  useEffect(() => {
    latest.current = { commandsNow, hasSingle, pending };
  });

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    function wait(keys: string) {
      clearTimeout(timer);
      latest.current.pending = keys; // the next key may come before the page is drawn again
      setPending(keys);
      if (keys !== "") timer = setTimeout(() => wait(""), PATIENCE);
    }

    function press(event: KeyboardEvent) {
      const name = nameOf(event);
      if (name === undefined || event.isComposing || isTaken(event, name)) return;
      const commands = latest.current.commandsNow();
      const all = commands.flatMap(({ keys }) => keys ?? []);
      const next = step(latest.current.pending, name, all);
      wait(next.kind === "wait" ? next.pending : "");
      if (next.kind === "none") return;
      // Before the charts hear of it: they move their cursor by arrows.
      event.preventDefault();
      event.stopPropagation();
      if (next.kind === "run") commands.find(({ keys }) => keys === next.keys)?.run();
    }

    function isTaken({ target }: KeyboardEvent, name: string): boolean {
      if (document.querySelector("dialog[open]") !== null) return true;
      return !name.startsWith("Mod+") && (!latest.current.hasSingle || isField(target));
    }

    window.addEventListener("keydown", press, { capture: true });
    return () => {
      clearTimeout(timer);
      window.removeEventListener("keydown", press, { capture: true });
    };
  }, []);
  return pending;
}
