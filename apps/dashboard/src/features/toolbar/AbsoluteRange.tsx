import { Button } from "@mantine/core";
import { useId, useState } from "react";
import type { SubmitEvent } from "react";
import { useClock } from "../../clock/ClockContext.ts";
import { endOf, lengthOf } from "../../lib/time/range.ts";
import type { Range } from "../../lib/time/range.ts";
import { formatOffset, localOf, momentsOf, offsetAt, zoneName } from "../../lib/time/zone.ts";
import type { Zone } from "../../lib/time/zone.ts";
import { Segments } from "../../ui/Segments.tsx";
import { useView } from "../../view/useView.ts";
import styles from "./Toolbar.module.css";
import { ZoneSelect } from "./ZoneSelect.tsx";

/** A local time as it stands in the form, and which one where clocks show it twice. */
interface End {
  readonly local: string;
  readonly isLater: boolean;
}

/** Two fixed ends, in the zone that the page shows. */
export function AbsoluteRange({ onChoose }: { onChoose: (range: Range) => void }) {
  const { range, zone } = useView();
  const clock = useClock();
  const end = endOf(range, clock.tick);
  const [from, setFrom] = useState(() => endAt(end - lengthOf(range), zone));
  const [to, setTo] = useState(() => endAt(end, zone));
  const problem = useId();
  const start = momentOf(from, zone);
  const stop = momentOf(to, zone);
  const wrong = wrongOf(from, start, zone) ?? wrongOf(to, stop, zone) ?? orderOf(start, stop);

  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (start !== undefined && stop !== undefined && wrong === undefined) {
      onChoose({ kind: "fixed", start, end: stop });
    }
  }

  return (
    <form className={styles.absolute} onSubmit={submit}>
      <Field label="From" end={from} zone={zone} onChange={setFrom} problem={problem} />
      <Field label="To" end={to} zone={zone} onChange={setTo} problem={problem} />
      <ZoneSelect />
      {wrong !== undefined && (
        <p id={problem} className={styles.note} role="alert">
          {wrong}
        </p>
      )}
      <Button type="submit" variant="default" size="xs" disabled={wrong !== undefined}>
        Show this range
      </Button>
    </form>
  );
}

interface FieldProps {
  readonly label: string;
  readonly end: End;
  readonly zone: Zone;
  readonly onChange: (end: End) => void;
  /** The element that says what is wrong. */
  readonly problem: string;
}

function Field({ label, end, zone, onChange, problem }: FieldProps) {
  const moments = momentsOf(end.local, zone);
  return (
    <>
      <label>
        {label}
        <input
          className={styles.select}
          type="datetime-local"
          step="1"
          value={end.local}
          onChange={({ currentTarget }) => onChange({ local: currentTarget.value, isLater: false })}
          aria-invalid={moments.length === 0}
          aria-describedby={problem}
        />
      </label>
      {moments.length > 1 && (
        <Segments
          label={`${label}: clocks show this time twice`}
          options={moments.map((moment, index) => ({
            value: index === 0 ? "earlier" : "later",
            text: formatOffset(offsetAt(moment, zone)),
          }))}
          value={end.isLater ? "later" : "earlier"}
          onChoose={(which) => onChange({ ...end, isLater: which === "later" })}
        />
      )}
    </>
  );
}

function endAt(moment: number, zone: Zone): End {
  const local = localOf(moment, zone);
  return { local, isLater: momentsOf(local, zone).indexOf(Math.floor(moment)) > 0 };
}

function momentOf({ local, isLater }: End, zone: Zone): number | undefined {
  return momentsOf(local, zone).at(isLater ? -1 : 0);
}

function wrongOf({ local }: End, moment: number | undefined, zone: Zone): string | undefined {
  if (moment !== undefined) return undefined;
  if (local === "") return "Both ends need a date and a time.";
  return `There is no ${local.slice(11, 16)} on this day in ${zoneName(zone)}: clocks went forward.`;
}

function orderOf(start: number | undefined, stop: number | undefined): string | undefined {
  const isRight = start !== undefined && stop !== undefined && start < stop;
  return isRight ? undefined : "The end must come after the beginning.";
}
