import type { ReactNode } from "react";
import styles from "./Notice.module.css";

/** Words in the place of a page that cannot be drawn. */
export function Notice({
  title,
  role,
  children,
}: {
  title: string;
  role?: "alert" | undefined;
  children?: ReactNode;
}) {
  return (
    <section className={styles.notice} role={role}>
      <h1>{title}</h1>
      {children}
    </section>
  );
}
