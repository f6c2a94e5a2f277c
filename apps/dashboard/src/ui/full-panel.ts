import { createContext, useContext, useSyncExternalStore } from "react";

/** Which panel fills the screen, by its title. */
export interface FullPanel {
  readonly title: string | undefined;
  readonly show: (title: string | undefined) => void;
}

export const FullPanelContext = createContext<FullPanel>({
  title: undefined,
  show: () => undefined,
});

/** Whether a panel fills the screen. */
export function useIsFull(title: string): boolean {
  return useContext(FullPanelContext).title === title;
}

function onResize(listener: () => void): () => void {
  window.addEventListener("resize", listener);
  return () => window.removeEventListener("resize", listener);
}

/** How high the screen is, in pixels. */
export function useScreenHeight(): number {
  return useSyncExternalStore(onResize, () => window.innerHeight);
}
