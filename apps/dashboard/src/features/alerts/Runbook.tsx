import { Button } from "@mantine/core";
import { useMemo } from "react";
import { explain } from "../../api/failure.ts";
import { useRunbooks } from "../../api/useQuestion.ts";
import { runbookOf, sectionOf } from "../../lib/alerts/runbook.ts";
import { parseMarkdown } from "../../lib/markdown/blocks.ts";
import { MarkdownBlocks } from "../../ui/Markdown.tsx";
import styles from "./Alerts.module.css";

/** What is to be done about an alert, by its rule's `runbook_url`. */
export function Runbook({ address }: { readonly address: string | undefined }) {
  const runbook = runbookOf(address);
  switch (runbook.kind) {
    case "none":
      return <p className={styles.quiet}>Its rule names no runbook.</p>;
    case "unknown":
      return (
        <p className={styles.quiet}>
          Its rule names the runbook <code>{runbook.address}</code>, which leads nowhere from here.
        </p>
      );
    case "page":
      return (
        <p className={styles.quiet}>
          Runbook:{" "}
          <a href={runbook.address} target="_blank" rel="noreferrer">
            {runbook.address}
          </a>
        </p>
      );
    case "section":
      return <Section anchor={runbook.anchor} />;
  }
}

function Section({ anchor }: { anchor: string }) {
  const state = useRunbooks();
  const text = state.kind === "shown" ? state.data : undefined;
  const section = useMemo(
    () => (text === undefined ? undefined : sectionOf(parseMarkdown(text), anchor)),
    [text, anchor],
  );
  if (state.kind === "loading") return <p className={styles.quiet}>Fetching the runbook…</p>;
  if (state.kind === "failed") {
    return (
      <p className={styles.quiet}>
        The runbook is missing. {explain(state.failure)}{" "}
        <Button variant="default" size="compact-xs" onClick={state.retry}>
          Try again
        </Button>
      </p>
    );
  }
  if (text === undefined) {
    return <p className={styles.quiet}>No runbooks were deployed with this dashboard.</p>;
  }
  if (section === undefined) {
    return (
      <p className={styles.quiet}>
        The runbooks have no section <code>#{anchor}</code>.
      </p>
    );
  }
  return (
    <section aria-label="Runbook" className={styles.runbook}>
      <MarkdownBlocks blocks={section} />
    </section>
  );
}
