import { useId, useState } from "react";
import type { KeyboardEvent, ReactNode } from "react";
import styles from "./Finder.module.css";

interface Props<T> {
  /** What is done with what is found: "Find a page or an action". */
  readonly label: string;
  readonly typed: string;
  readonly onTyped: (typed: string) => void;
  /** What fits what is typed, in the order in which it is listed. */
  readonly found: readonly T[];
  readonly keyOf: (one: T) => string;
  readonly onChoose: (one: T) => void;
  /** Whether one stands apart from the one before it. */
  readonly isApart?: (one: T, before: T | undefined) => boolean;
  /** What is said below the list while nothing is typed and all of it is seen. */
  readonly hint?: string;
  readonly children: (one: T) => ReactNode;
}

/** More are no list to choose from. */
const MOST = 50;

/** Finds one of many by its words and chooses it: a combobox whose list is always open. */
export function Finder<T>(props: Props<T>) {
  const { label, typed, onTyped, found, keyOf, onChoose, isApart, hint, children } = props;
  const list = useId();
  const [active, setActive] = useState(0);
  const shown = found.slice(0, MOST);
  const idOf = (index: number) => `${list}-${index}`;

  function moveTo(index: number) {
    const next = (index + shown.length) % Math.max(shown.length, 1);
    setActive(next);
    document.getElementById(idOf(next))?.scrollIntoView({ block: "nearest" });
  }

  function press(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    const chosen = shown[active];
    if (event.key === "ArrowDown") moveTo(active + 1);
    else if (event.key === "ArrowUp") moveTo(active - 1);
    else if (event.key === "Enter" && chosen !== undefined) onChoose(chosen);
    else if (event.key !== "Enter") return;
    event.preventDefault();
  }

  return (
    <>
      <input
        className={styles.input}
        role="combobox"
        aria-label={label}
        aria-expanded
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={shown.length > 0 ? idOf(active) : undefined}
        placeholder={`${label}…`}
        value={typed}
        onChange={({ currentTarget }) => {
          onTyped(currentTarget.value);
          setActive(0);
        }}
        onKeyDown={press}
        autoComplete="off"
        spellCheck={false}
      />
      <div id={list} role="listbox" aria-label="Found" className={styles.list}>
        {shown.map((one, index) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- keys are pressed in the field, which keeps the focus
          <div
            key={keyOf(one)}
            id={idOf(index)}
            role="option"
            aria-selected={index === active}
            className={styles.option}
            data-apart={isApart?.(one, shown[index - 1])}
            onClick={() => onChoose(one)}
            onPointerMove={() => setActive(index)}
          >
            {children(one)}
          </div>
        ))}
      </div>
      <p className={styles.rest} role="status">
        {restOf(found.length, shown.length, typed === "" ? hint : undefined)}
      </p>
    </>
  );
}

function restOf(found: number, shown: number, hint: string | undefined): string {
  if (found === 0) return "Nothing fits.";
  if (found > shown) return `and ${found - shown} more; type to narrow them down`;
  return hint ?? `${found} found`;
}
