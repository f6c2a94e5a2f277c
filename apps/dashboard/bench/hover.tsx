import "../src/theme/tokens.css";
import "../src/theme/mantine.css";
import "../src/theme/base.css";

import { createRoot } from "react-dom/client";
import type { ChartSeries } from "../src/charts/types.ts";
import { connectedPage } from "./connected.ts";
import { madeSeries } from "./made-series.ts";
import { ourPage } from "./ours.tsx";

const CHARTS = 12;
const STEP = 15;
const LENGTH = 240 * STEP;
const START = 1_763_900_000;

/** The series of each chart after so many refreshes: each moves the range by a step. */
function chartsAt(refreshes: number): readonly (readonly ChartSeries[])[] {
  const start = START + refreshes * STEP;
  const span = { start, end: start + LENGTH };
  return Array.from({ length: CHARTS }, (_, chart) =>
    ["prod", "dev", "qa"].map((name, index) =>
      madeSeries(name, index + 1, span, STEP, { level: 20 + chart + refreshes, noise: 0.2 }),
    ),
  );
}

declare global {
  interface Window {
    bench: {
      /** Gives all charts new data. */
      refresh: (refreshes: number) => void;
      /** Points at places across the first chart, one in each frame; returns their lengths. */
      hover: (frames: number) => Promise<number[]>;
      /** The lengths of the next frames, in milliseconds. */
      frames: (count: number) => Promise<number[]>;
    };
  }
}

const nextFrame = () => new Promise<number>(requestAnimationFrame);

function hover(count: number): Promise<number[]> {
  const target = document.querySelector("[role=slider], .connected");
  const box = target?.getBoundingClientRect();
  if (target === null || box === undefined) throw new Error("there is no chart");
  return timeFrames(count, (index) => {
    const clientX = box.left + 60 + ((index * 7) % (box.width - 150));
    const clientY = box.top + box.height / 2;
    const at = document.elementFromPoint(clientX, clientY) ?? target;
    const where = { clientX, clientY, bubbles: true, pointerType: "mouse" };
    // We listen to the one, ECharts to the other.
    at.dispatchEvent(new PointerEvent("pointermove", where));
    at.dispatchEvent(new MouseEvent("mousemove", where));
  });
}

async function timeFrames(count: number, act: (index: number) => void): Promise<number[]> {
  const lengths: number[] = [];
  let before = await nextFrame();
  for (let index = 0; index < count; index++) {
    act(index);
    const now = await nextFrame();
    lengths.push(now - before);
    before = now;
  }
  return lengths;
}

const element = document.getElementById("root");
if (element === null) throw new Error("hover.html has no #root");
element.style.cssText = "display:grid;grid-template-columns:repeat(4,1fr);gap:8px;padding:8px";

const mode = new URLSearchParams(location.search).get("mode");
const refresh =
  mode === "ours"
    ? ourPage(createRoot(element), chartsAt)
    : connectedPage(element, chartsAt, mode === "connected-dirty");
refresh(0);
window.bench = { refresh, hover, frames: (count) => timeFrames(count, () => undefined) };
