import { counted } from "../lib/format/words.ts";
import styles from "./Note.module.css";

interface Props {
  readonly shown: number;
  readonly all: number;
}

/** Says that there are more environments than charts can show. */
export function CutNote({ shown, all }: Props) {
  if (shown >= all) return null;
  return (
    <p className={styles.note}>
      {shown} of {counted(all, "environment")} are drawn. Choose fewer to see the others.
    </p>
  );
}
