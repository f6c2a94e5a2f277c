import { createContext } from "react";

/** Where the reader points. */
export interface Cursor {
  /** Seconds since 1970, on the grid of the chart that is pointed at. */
  readonly time: number;
  /** Which chart is pointed at; the others follow. */
  readonly chart: string;
  /** What is drawn at the pointer's height; undefined when keys moved the cursor. */
  readonly drawn: number | undefined;
}

export interface CursorStore {
  readonly get: () => Cursor | null;
  /** Moves the cursor or takes it away; the listeners hear of it once per frame. */
  readonly set: (cursor: Cursor | null) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

/** One cursor for all charts of a page: they follow by time, whatever samples each of them has. */
export function createCursorStore(): CursorStore {
  const listeners = new Set<() => void>();
  let current: Cursor | null = null;
  let frame = 0;

  function publish() {
    frame = 0;
    for (const listener of listeners) listener();
  }

  return {
    get: () => current,
    set: (cursor) => {
      current = cursor;
      if (frame === 0) frame = requestAnimationFrame(publish);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

/** The cursor of the page; without a provider all charts share this one. */
export const CursorContext = createContext<CursorStore>(createCursorStore());
