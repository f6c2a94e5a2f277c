import { VisuallyHidden } from "@mantine/core";
import type { ReactNode } from "react";
import { explain } from "../api/failure.ts";
import type { PanelState } from "../api/panel-state.ts";
import { Age } from "./Age.tsx";
import styles from "./Headline.module.css";

/** A page in one or two sentences. */
export interface Sentences {
  /** Its heading. */
  readonly first: string;
  readonly rest?: string | undefined;
  /** The worst that it tells of; a colour beside it repeats that. */
  readonly worst?: string | undefined;
  /** What is said aloud: without figures, so that it changes only when a state does. */
  readonly announcement?: string | undefined;
}

interface Props<T> {
  readonly state: PanelState<T>;
  /** What is said until there is an answer. */
  readonly loading: string;
  readonly say: (data: T) => Sentences;
  /** Where to read more. */
  readonly aside?: ReactNode;
}

/** The whole page in words. It claims nothing where nothing is known, and tells the age of old news. */
export function Headline<T>({ state, loading, say, aside }: Props<T>) {
  const { first, rest, worst, announcement } = sentencesOf(state, loading, say);
  const old = state.kind === "shown" && state.stale !== undefined ? state.at : undefined;
  return (
    <div className={styles.headline} data-health={worst}>
      <VisuallyHidden role="status">{announcement}</VisuallyHidden>
      <h1>{first}</h1>
      <p className={styles.rest}>
        {rest}
        {old !== undefined && (
          <>
            {" "}
            What you see is <Age since={old} /> old.
          </>
        )}
      </p>
      {aside}
    </div>
  );
}

function sentencesOf<T>(
  state: PanelState<T>,
  loading: string,
  say: (data: T) => Sentences,
): Sentences {
  switch (state.kind) {
    case "loading":
      return { first: loading };
    case "failed":
      return { first: "Nothing is known.", rest: explain(state.failure), worst: "unknown" };
    case "shown": {
      const sentences = say(state.data);
      if (state.stale !== undefined) {
        return { ...sentences, rest: explain(state.stale), worst: "stale" };
      }
      if (state.notes.partial.length === 0) return sentences;
      const rest = [sentences.rest, "Part of the data is missing."].filter(Boolean).join(" ");
      return { ...sentences, rest };
    }
  }
}
