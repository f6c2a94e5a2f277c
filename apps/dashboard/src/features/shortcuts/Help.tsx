import { useState } from "react";
import { Dialog } from "../../ui/Dialog.tsx";
import { GROUPS } from "./commands.ts";
import type { Command } from "./commands.ts";
import styles from "./Help.module.css";
import { Keys } from "./Keys.tsx";

interface Props {
  readonly commands: readonly Command[];
  readonly hasSingle: boolean;
  readonly onSingle: (areOn: boolean) => void;
  readonly onClose: () => void;
}

/** All keys, and what they do. */
export function Help({ commands, hasSingle, onSingle, onClose }: Props) {
  const [groups] = useState(() => Map.groupBy(commands, ({ group }) => group));
  return (
    <Dialog label="Keys" onClose={onClose}>
      <header className={styles.header}>
        <h2>Keys</h2>
        <button type="button" onClick={onClose}>
          Close
        </button>
        <label>
          <input
            type="checkbox"
            checked={hasSingle}
            onChange={({ currentTarget }) => onSingle(currentTarget.checked)}
          />
          Keys without Ctrl act
        </label>
      </header>
      <div className={styles.groups}>
        {GROUPS.map((group) => {
          const keyed = groups.get(group)?.filter(({ keys }) => keys !== undefined) ?? [];
          if (keyed.length === 0) return null;
          return (
            <section key={group}>
              <h3>{group}</h3>
              <dl>
                {keyed.map(({ id, words, keys = "" }) => (
                  <div key={id}>
                    <dt>
                      <Keys keys={keys} />
                    </dt>
                    <dd>{words}</dd>
                  </div>
                ))}
              </dl>
            </section>
          );
        })}
        <section>
          <h3>On a chart</h3>
          <p>
            Arrows move the cursor and say the values; with Shift they select a range, Enter shows
            it.
          </p>
        </section>
      </div>
    </Dialog>
  );
}
