import { Popover, UnstyledButton } from "@mantine/core";
import { IconAlertTriangleFilled, IconClockPause, IconInfoCircle } from "@tabler/icons-react";
import { explain } from "../api/failure.ts";
import type { Failure } from "../api/failure.ts";
import { counted } from "../lib/format/words.ts";
import { Age } from "./Age.tsx";
import styles from "./PanelNotes.module.css";

/** Says how old what one sees is, and why. */
export function StaleChip({ since, failure }: { since: number; failure: Failure }) {
  return (
    <span className={styles.stale} title={explain(failure)}>
      <IconClockPause size={14} aria-hidden />
      <span>
        <Age since={since} /> old
      </span>
    </span>
  );
}

/** Names what is missing from an answer. */
export function PartialStrip({ partial }: { partial: readonly string[] }) {
  const [first] = partial;
  if (first === undefined) return null;
  return (
    <details className={styles.partial} role="status">
      <summary>
        <IconAlertTriangleFilled size={14} aria-hidden />
        <span className={styles.line}>Something is missing: {first}</span>
        {partial.length > 1 && <span>and {partial.length - 1} more</span>}
      </summary>
      <Messages messages={partial} />
    </details>
  );
}

/** Keeps advice on the query at hand, out of the way. */
export function RemarksMark({ remarks }: { remarks: readonly string[] }) {
  if (remarks.length === 0) return null;
  return (
    <Popover position="bottom-end" width={360} shadow="md">
      <Popover.Target>
        <UnstyledButton className={styles.remarks} aria-label={counted(remarks.length, "remark")}>
          <IconInfoCircle size={16} aria-hidden />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <Messages messages={remarks} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Messages({ messages }: { messages: readonly string[] }) {
  return (
    <ul className={styles.messages}>
      {messages.map((message) => (
        <li key={message}>{message}</li>
      ))}
    </ul>
  );
}
