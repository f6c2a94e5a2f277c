import { Button } from "@mantine/core";
import { IconAlertOctagonFilled, IconDatabaseOff } from "@tabler/icons-react";
import { useId } from "react";
import type { ReactNode } from "react";
import { explain } from "../api/failure.ts";
import type { PanelState, Shown } from "../api/panel-state.ts";
import { ErrorBoundary } from "./ErrorBoundary.tsx";
import styles from "./PanelFrame.module.css";
import { PartialStrip, RemarksMark, StaleChip } from "./PanelNotes.tsx";

interface Props<T> {
  readonly title: string;
  /** What the numbers count; stands beside the title. */
  readonly unit?: string | undefined;
  readonly state: PanelState<T>;
  /** What to say where nothing is to be drawn; undefined when there is something. */
  readonly emptiness?: (data: T) => string | undefined;
  /** Buttons at the right end of the header. */
  readonly actions?: ReactNode;
  /** Height of the content in pixels, the same in every state, so that nothing moves. */
  readonly height: number;
  readonly children: (data: T) => ReactNode;
}

/** A panel in one of its five states: loading, empty, failed, stale or partial; or well. */
export function PanelFrame<T>(props: Props<T>) {
  const { title, unit, state, actions, height } = props;
  const heading = useId();
  const shown = state.kind === "shown" ? state : undefined;
  return (
    <section
      className={styles.panel}
      aria-labelledby={heading}
      aria-busy={state.kind === "loading"}
    >
      {shown?.isRefreshing && <div className={styles.progress} />}
      <header className={styles.header}>
        <h2 id={heading} className={styles.title}>
          {title}
        </h2>
        {unit !== undefined && <span className={styles.unit}>{unit}</span>}
        <span className={styles.space} />
        {shown?.stale && <StaleChip since={shown.at} failure={shown.stale} />}
        {shown && <RemarksMark remarks={shown.notes.remarks} />}
        {actions}
      </header>
      {shown && <PartialStrip partial={shown.notes.partial} />}
      <div className={styles.content} style={{ minHeight: height }}>
        <ErrorBoundary>
          <Content {...props} />
        </ErrorBoundary>
      </div>
    </section>
  );
}

function Content<T>({ state, emptiness, height, children }: Props<T>) {
  switch (state.kind) {
    case "loading":
      return (
        <div className={styles.skeleton} style={{ height }} role="status" aria-label="Loading" />
      );
    case "failed":
      return (
        <div className={styles.message} role="alert">
          <IconAlertOctagonFilled size={20} className={styles.failed} aria-hidden />
          <p>{explain(state.failure)}</p>
          <Button variant="default" size="xs" onClick={state.retry}>
            Try again
          </Button>
        </div>
      );
    case "shown":
      return <Drawing state={state} empty={emptiness?.(state.data)} draw={children} />;
  }
}

function Drawing<T>({
  state,
  empty,
  draw,
}: {
  state: Shown<T>;
  empty: string | undefined;
  draw: (data: T) => ReactNode;
}) {
  if (empty !== undefined) {
    return (
      <div className={styles.message}>
        <IconDatabaseOff size={20} aria-hidden />
        <p>{empty}</p>
      </div>
    );
  }
  return <div className={state.stale ? styles.stale : undefined}>{draw(state.data)}</div>;
}
