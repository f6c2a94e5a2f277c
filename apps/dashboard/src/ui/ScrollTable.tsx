import type { ReactNode } from "react";
import styles from "./ScrollTable.module.css";

interface Props {
  readonly label: string;
  /** Its look beyond what all such tables share. */
  readonly className?: string | undefined;
  /** In pixels; as high as its rows without one, up to `maxHeight`. */
  readonly height?: number;
  readonly maxHeight?: number;
  readonly children: ReactNode;
  /** What stands below the table and scrolls with it. */
  readonly below?: ReactNode;
}

/** A table of values in a region of its own, which scrolls. */
export function ScrollTable({ label, className = "", height, maxHeight, children, below }: Props) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keys
    <section className={styles.frame} style={{ height, maxHeight }} tabIndex={0} aria-label={label}>
      <table className={`${styles.table} ${className}`}>{children}</table>
      {below}
    </section>
  );
}
