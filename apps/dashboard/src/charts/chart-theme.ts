import { useSyncExternalStore } from "react";
import { onPaper } from "../ui/paper.ts";
import type { Look } from "../theme/environment.ts";

/** The tokens that a canvas needs as plain colours. */
export interface ChartTheme {
  readonly colourOf: (look: Look) => string;
  readonly grid: string;
  readonly text: string;
  readonly fontFamily: string;
  /** In pixels. */
  readonly fontSize: number;
}

const listeners = new Set<() => void>();
let current: ChartTheme | undefined;

function forget() {
  current = undefined;
  for (const listener of listeners) listener();
}

const observer = new MutationObserver(forget);
// The browser prints before an observer hears of another theme.
onPaper("layout", forget);

function readTheme(): ChartTheme {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    colourOf: ({ colour }) =>
      colour.replaceAll(/var\((--[\w-]+)\)/g, (_, name: string) => token(name)),
    grid: token("--border"),
    text: token("--muted"),
    fontFamily: token("--font-text"),
    fontSize: Number.parseFloat(token("--text-axis")),
  };
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    const attributeFilter = ["data-mantine-color-scheme"];
    observer.observe(document.documentElement, { attributeFilter });
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    observer.disconnect();
    current = undefined;
  };
}

/** The theme as it is now; charts draw themselves anew when the reader changes it. */
export function useChartTheme(): ChartTheme {
  return useSyncExternalStore(subscribe, () => (current ??= readTheme()));
}
