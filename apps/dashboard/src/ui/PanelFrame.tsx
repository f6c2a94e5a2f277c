import { Button } from "@mantine/core";
import {
  IconAlertOctagonFilled,
  IconArrowsMaximize,
  IconArrowsMinimize,
  IconDatabaseOff,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useContext, useEffect, useId, useRef } from "react";
import type { ReactNode } from "react";
import { explain } from "../api/failure.ts";
import type { PanelState, Shown } from "../api/panel-state.ts";
import { ErrorBoundary } from "./ErrorBoundary.tsx";
import { FullPanelContext } from "./full-panel.ts";
import { PanelAction } from "./PanelAction.tsx";
import styles from "./PanelFrame.module.css";
import { PartialStrip, RemarksMark, StaleChip } from "./PanelNotes.tsx";

interface Props<T> {
  readonly title: string;
  /** The panel of another page that shows the same; the title leads there. */
  readonly leadsTo?: Target | undefined;
  /** What the numbers count; stands beside the title. */
  readonly unit?: string | undefined;
  readonly state: PanelState<T>;
  /** What to say where nothing is to be drawn; undefined when there is something. */
  readonly emptiness?: (data: T) => string | undefined;
  /** Buttons at the right end of the header. */
  readonly actions?: ReactNode;
  /**
   * Whether its buttons are tools for a closer look, the last of them for the full screen. They
   * step back until somebody comes near.
   */
  readonly hasTools?: boolean;
  /** Height of the content in pixels, the same in every state, so that nothing moves. */
  readonly height: number;
  readonly children: (data: T) => ReactNode;
}

/** A panel of a page, by its id. */
export interface Target {
  readonly page: "/metrics";
  readonly id: string;
}

/** A panel in one of its five states: loading, empty, failed, stale or partial; or well. */
export function PanelFrame<T>(props: Props<T>) {
  const { title, leadsTo, unit, state, actions, hasTools = false, height } = props;
  const heading = useId();
  const full = useContext(FullPanelContext);
  const isFull = full.title === title;
  const element = useRef<HTMLElement>(null);
  const shown = state.kind === "shown" ? state : undefined;
  const FullGlyph = isFull ? IconArrowsMinimize : IconArrowsMaximize;
  const fullWords = isFull ? "Leave the full screen" : "Show on the full screen";

  useEffect(() => {
    const hasFocus = element.current?.contains(document.activeElement);
    if (isFull && !hasFocus) element.current?.focus();
  }, [isFull]);

  return (
    <section
      ref={element}
      className={styles.panel}
      data-panel={title}
      data-full={isFull || undefined}
      data-tools={hasTools || undefined}
      tabIndex={isFull ? -1 : undefined}
      aria-labelledby={heading}
      aria-busy={state.kind === "loading"}
    >
      {shown?.isRefreshing && <div className={styles.progress} />}
      <header className={styles.header}>
        <h2 id={heading} className={styles.title}>
          {leadsTo ? (
            <Link to={leadsTo.page} hash={leadsTo.id} search>
              {title}
            </Link>
          ) : (
            title
          )}
        </h2>
        {unit !== undefined && (
          <span className={styles.unit} title={unit}>
            {unit}
          </span>
        )}
        <span className={styles.space} />
        {shown?.stale && <StaleChip since={shown.at} failure={shown.stale} />}
        {shown && <RemarksMark remarks={shown.notes.remarks} />}
        <div className={styles.actions} data-by-hand>
          {actions}
          {(hasTools || isFull) && (
            <PanelAction
              panel={title}
              what={fullWords}
              hint={`${fullWords} (V)`}
              onClick={() => full.show(isFull ? undefined : title)}
            >
              <FullGlyph size={16} aria-hidden />
            </PanelAction>
          )}
        </div>
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
        <p>
          {empty}
          {state.notes.partial.length > 0 && " That is not certain: part of the data is missing."}
        </p>
      </div>
    );
  }
  return <div className={state.stale ? styles.stale : undefined}>{draw(state.data)}</div>;
}
