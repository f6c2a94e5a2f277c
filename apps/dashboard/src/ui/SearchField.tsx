import { IconSearch } from "@tabler/icons-react";
import { counted } from "../lib/format/words.ts";
import styles from "./SearchField.module.css";

interface Props {
  readonly label: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  /** How many there are, and in how many of them the text was found; undefined until it is known. */
  readonly found:
    | { readonly count: number; readonly of: number; readonly noun: string }
    | undefined;
}

/** Looks for rows of a list, and tells how many of how many there are. */
export function SearchField({ label, text, onText, found }: Props) {
  return (
    <div className={styles.place}>
      <span role="status" className={styles.found}>
        {found && text !== "" && `${found.count} of ${counted(found.of, found.noun)}`}
      </span>
      <label className={styles.search}>
        <IconSearch size={14} aria-hidden />
        <input
          type="search"
          placeholder={label}
          aria-label={label}
          value={text}
          onChange={({ target }) => onText(target.value)}
        />
      </label>
    </div>
  );
}
