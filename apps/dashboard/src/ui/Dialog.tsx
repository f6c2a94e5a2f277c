import { useEffect, useRef } from "react";
import type { MouseEvent, ReactNode } from "react";
import styles from "./Dialog.module.css";

interface Props {
  /** What it is about, for those who hear it. */
  readonly label: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A window over the page while it is drawn. The browser keeps the focus in it, and Escape ends it. */
export function Dialog({ label, onClose, children }: Props) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);

  /** The dialog itself is hit beside its content alone. */
  function leave(event: MouseEvent) {
    if (event.target === element.current) onClose();
  }

  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- Escape does with keys what a click beside it does
    <dialog
      ref={element}
      className={styles.dialog}
      aria-label={label}
      onCancel={onClose}
      onClick={leave}
    >
      <div className={styles.content}>{children}</div>
    </dialog>
  );
}
