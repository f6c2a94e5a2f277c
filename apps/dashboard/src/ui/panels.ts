/** The panels of the page, in reading order; PanelFrame marks them with their titles. */
export function panelTitles(): string[] {
  return [...document.querySelectorAll<HTMLElement>("[data-panel]")].map(titleOf);
}

/** The panel that has the focus or is pointed at, or else the first one on the screen. */
export function panelAtHand(): string | undefined {
  const focused = document.activeElement?.closest<HTMLElement>("[data-panel]");
  const pointed = document.querySelector<HTMLElement>("[data-panel]:hover");
  const seen = [...document.querySelectorAll<HTMLElement>("[data-panel]")].find(
    (panel) => panel.getBoundingClientRect().top >= 0,
  );
  const found = focused ?? pointed ?? seen;
  return found ? titleOf(found) : undefined;
}

function titleOf(panel: HTMLElement): string {
  return panel.dataset["panel"] ?? "";
}
