import { flushSync } from "react-dom";
import { waitUntil } from "./wait-until.ts";

/**
 * What happens when a page is put on paper: "whole" asks for what nobody has scrolled to, "layout"
 * measures anew, "paint" draws at once what waits for a frame.
 */
type Phase = "whole" | "layout" | "paint";

const listeners: Readonly<Record<Phase, Set<() => void>>> = {
  whole: new Set(),
  layout: new Set(),
  paint: new Set(),
};
const THEME = "data-mantine-color-scheme";
/** After this long no question is waited for any more, and the page is printed as it is; milliseconds. */
const PATIENCE = 31_000;

let isWhole = false;

/** Calls back in a phase; returns what ends that. */
export function onPaper(phase: Phase, listener: () => void): () => void {
  listeners[phase].add(listener);
  return () => {
    listeners[phase].delete(listener);
  };
}

/** Whether everything on the page counts as seen. */
export function isPageWhole(): boolean {
  return isWhole;
}

/** Puts the page on white paper of a known width whenever the browser prints; returns what ends that. */
export function startPaper(): () => void {
  const { documentElement: root } = document;
  let onScreen: string | null = null;

  function put() {
    onScreen = root.getAttribute(THEME);
    root.dataset["paper"] = "";
    root.setAttribute(THEME, "light");
    layOut();
  }

  function takeBack() {
    delete root.dataset["paper"];
    root.setAttribute(THEME, onScreen ?? "light");
    layOut();
  }

  window.addEventListener("beforeprint", put);
  window.addEventListener("afterprint", takeBack);
  return () => {
    window.removeEventListener("beforeprint", put);
    window.removeEventListener("afterprint", takeBack);
  };
}

/** The browser prints when this returns: nothing may wait for a later moment. */
function layOut() {
  flushSync(() => hear("layout"));
  hear("paint");
}

/** Prints all of the page, also what nobody has scrolled to. */
export async function printWhole(): Promise<void> {
  turnWhole(true);
  await waitUntil(() => document.querySelector('[aria-busy="true"]') === null, PATIENCE);
  window.print();
  turnWhole(false);
}

function turnWhole(whole: boolean) {
  isWhole = whole;
  hear("whole");
}

function hear(phase: Phase) {
  for (const listener of listeners[phase]) listener();
}
