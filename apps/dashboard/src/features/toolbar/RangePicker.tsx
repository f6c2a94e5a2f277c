import { Button, Popover } from "@mantine/core";
import { IconCalendarTime } from "@tabler/icons-react";
import { useState } from "react";
import { formatMoment } from "../../lib/format/moment.ts";
import { RECENT } from "../../lib/time/range.ts";
import type { Range, RecentName } from "../../lib/time/range.ts";
import type { Zone } from "../../lib/time/zone.ts";
import { Segments } from "../../ui/Segments.tsx";
import { searchOfRange } from "../../view/selection.ts";
import { useChangeView, useView } from "../../view/useView.ts";
import { AbsoluteRange } from "./AbsoluteRange.tsx";
import { PreviousSelect } from "./PreviousSelect.tsx";
import styles from "./Toolbar.module.css";

const OPTIONS = (Object.keys(RECENT) as RecentName[]).map((value) => ({ value, text: value }));

/** Chooses the stretch of time: the newest minutes and hours, or two fixed ends. */
export function RangePicker() {
  const { range, zone } = useView();
  const change = useChangeView();
  const [isOpen, setOpen] = useState(false);

  function choose(wanted: Range) {
    change(searchOfRange(wanted));
    setOpen(false);
  }

  const recent = (
    <Segments
      label="Range"
      options={OPTIONS}
      value={range.kind === "recent" ? range.name : undefined}
      onChoose={(name) => choose({ kind: "recent", name })}
    />
  );

  return (
    <div className={styles.range}>
      <div className={styles.wide}>{recent}</div>
      <Popover opened={isOpen} onChange={setOpen} position="bottom-end" shadow="md" trapFocus>
        <Popover.Target>
          <Button
            variant="default"
            size="xs"
            onClick={() => setOpen(!isOpen)}
            aria-label={`Range: ${nameOf(range, zone)}`}
            className={styles.calendar}
            data-recent={range.kind === "recent"}
          >
            <IconCalendarTime size={16} aria-hidden className={styles.icon} />
            <span className={styles.label}>{nameOf(range, zone)}</span>
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <div className={styles.narrow}>{recent}</div>
          <AbsoluteRange key={zone ?? ""} onChoose={choose} />
          <PreviousSelect />
        </Popover.Dropdown>
      </Popover>
    </div>
  );
}

function nameOf(range: Range, zone: Zone): string {
  if (range.kind === "recent") return range.name;
  return `${formatMoment(range.start, zone)} – ${formatMoment(range.end, zone)}`;
}
