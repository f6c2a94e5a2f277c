import { Button } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useState } from "react";
import { useZone } from "../../clock/ZoneContext.ts";
import { toMarkdown } from "../../lib/incident/markdown.ts";
import type { Summary } from "../../lib/incident/markdown.ts";
import { zoneName } from "../../lib/time/zone.ts";
import { copyText } from "../../ui/copy-text.ts";
import { PanelFrame } from "../../ui/PanelFrame.tsx";
import { useView } from "../../view/useView.ts";
import styles from "./IncidentSummary.module.css";
import { useIncident } from "./useIncident.ts";

/** What happened in the range as a story, to be read here or taken along. */
export function IncidentSummary() {
  const view = useView();
  const state = useIncident(view, zoneName(useZone()));
  return (
    <div id="summary" className={styles.place}>
      <PanelFrame
        title="Incident summary"
        unit="what happened in the range, in the order of time"
        state={state}
        height={80}
        actions={state.kind === "shown" && <CopyButton summary={state.data} />}
      >
        {(summary) => <Story summary={summary} />}
      </PanelFrame>
    </div>
  );
}

function Story({ summary: { headline, scope, told } }: { summary: Summary }) {
  return (
    <div>
      <p className={styles.headline}>{headline}</p>
      <p className={styles.scope}>{scope}</p>
      {told.length > 0 && (
        <ol className={styles.told} aria-label="What happened">
          {told.map(({ time, text }) => (
            <li key={`${time} ${text}`} className={styles.one}>
              <span className={styles.time}>{time}</span> <span>{text}</span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

/** How long it is said that something was copied, in milliseconds. */
const SAID_FOR = 5000;

/** Where the browser lets nobody copy, the text is shown to be copied by hand. */
function CopyButton({ summary }: { summary: Summary }) {
  const [isCopied, setCopied] = useState(false);
  const [isRefused, setRefused] = useState(false);
  const markdown = toMarkdown(summary);
  async function copy() {
    const isDone = await copyText(markdown);
    setCopied(isDone);
    setRefused(!isDone);
    if (isDone) setTimeout(() => setCopied(false), SAID_FOR);
  }
  return (
    <>
      {isRefused && (
        <textarea
          className={styles.byHand}
          aria-label="The summary as Markdown, to be copied by hand"
          readOnly
          value={markdown}
          onFocus={({ target }) => target.select()}
        />
      )}
      <Button
        variant="default"
        size="compact-sm"
        leftSection={isCopied ? <IconCheck size={14} /> : <IconCopy size={14} />}
        onClick={() => void copy()}
      >
        {isCopied ? "Copied" : "Copy as Markdown"}
      </Button>
    </>
  );
}
