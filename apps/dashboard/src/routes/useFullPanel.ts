import { useEffect, useMemo } from "react";
import type { FullPanel } from "../ui/full-panel.ts";
import { useChangeView } from "../view/useView.ts";

/** The panel that fills the screen, as the address says; Escape ends it, like Back. */
export function useFullPanel(title: string | undefined): FullPanel {
  const change = useChangeView();
  useEffect(() => {
    if (title === undefined) return undefined;
    function leave(event: KeyboardEvent) {
      const isTaken = event.defaultPrevented || document.querySelector("dialog[open]") !== null;
      if (event.key === "Escape" && !isTaken) change({ panel: undefined });
    }
    window.addEventListener("keydown", leave);
    return () => window.removeEventListener("keydown", leave);
  }, [title, change]);
  return useMemo(
    () => ({ title, show: (panel: string | undefined) => change({ panel }) }),
    [title, change],
  );
}
