import { Button } from "@mantine/core";
import { useId, useState } from "react";
import type { SubmitEvent } from "react";
import { useClock } from "../../clock/ClockContext.ts";
import { endOf, lengthOf } from "../../lib/time/range.ts";
import type { Range } from "../../lib/time/range.ts";
import { useView } from "../../view/useView.ts";
import styles from "./Toolbar.module.css";

/** Two fixed ends, in the reader's own time zone. */
export function AbsoluteRange({ onChoose }: { onChoose: (range: Range) => void }) {
  const { range } = useView();
  const clock = useClock();
  const end = endOf(range, clock.tick);
  const [from, setFrom] = useState(() => inputOf(end - lengthOf(range)));
  const [to, setTo] = useState(() => inputOf(end));
  const problem = useId();
  const start = secondsOf(from);
  const stop = secondsOf(to);
  const isRight = start < stop;

  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (isRight) onChoose({ kind: "fixed", start, end: stop });
  }

  return (
    <form className={styles.absolute} onSubmit={submit}>
      <label>
        From
        <input
          type="datetime-local"
          step="1"
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
      </label>
      <label>
        To
        <input
          type="datetime-local"
          step="1"
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
          aria-invalid={!isRight}
          aria-describedby={problem}
        />
      </label>
      <p id={problem} className={styles.note}>
        {isRight
          ? new Intl.DateTimeFormat().resolvedOptions().timeZone
          : "The end must come after the beginning."}
      </p>
      <Button type="submit" variant="default" size="xs" disabled={!isRight}>
        Show this range
      </Button>
    </form>
  );
}

/** A moment (seconds since 1970) as `datetime-local` writes it: local time without a zone. */
function inputOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}

function secondsOf(input: string): number {
  return Math.floor(Date.parse(input) / 1000);
}
