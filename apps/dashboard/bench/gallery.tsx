import "../src/theme/tokens.css";
import "../src/theme/mantine.css";
import "../src/theme/base.css";

import { MantineProvider } from "@mantine/core";
import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import { ChartPanel } from "../src/charts/ChartPanel.tsx";
import type { Drawn } from "../src/charts/ChartPanel.tsx";
import { NONE_HIDDEN } from "../src/charts/hidden.ts";
import type { Unit } from "../src/lib/format/units.ts";
import { colorSchemeManager, cssVariablesResolver, theme } from "../src/theme/mantine.ts";
import { madeSeries } from "./made-series.ts";
import type { Shape } from "./made-series.ts";

const SPAN = { start: 1_763_900_000, end: 1_763_903_600 };
const STEP = 15;
const at = (share: number) => SPAN.start + share * (SPAN.end - SPAN.start);

const environments = (prod: Shape, dev: Shape, qa: Shape, kind: "line" | "area" = "line") => [
  madeSeries("prod", 1, SPAN, STEP, prod, kind),
  madeSeries("dev", 2, SPAN, STEP, dev, kind),
  madeSeries("qa", 3, SPAN, STEP, qa, kind),
];

const INCIDENT = [0.55, 0.8] as const;
const MARKS = [
  { kind: "deploy", environment: "prod", text: "1.4.2", at: at(0.22) },
  { kind: "deploy", environment: "dev", text: "1.4.2", at: at(0.23) },
  { kind: "fault", environment: "prod", text: "latency", start: at(0.55), end: at(0.8) },
  { kind: "alert", environment: "prod", text: "LatencyHigh", start: at(0.62), end: at(0.84) },
] as const;

const ROUTES = ["/products", "/orders", "/orders/{id}/payments", "/search", "/reports/daily"];

interface Example extends Drawn {
  readonly title: string;
  readonly unit: Unit;
  readonly scale?: "ratio";
}

const EXAMPLES: readonly Example[] = [
  {
    title: "Request rate",
    unit: "requests/s",
    span: SPAN,
    marks: MARKS,
    series: environments(
      { level: 124, noise: 0.12 },
      { level: 31, noise: 0.2 },
      { level: 12, noise: 0.3 },
    ),
  },
  {
    title: "Latency, p95",
    unit: "seconds",
    span: SPAN,
    marks: MARKS,
    thresholds: [{ value: 0.5, text: "prod: at most 500 ms" }],
    series: environments(
      { level: 0.14, noise: 0.15, incident: [...INCIDENT, 4.5] },
      { level: 0.11, noise: 0.2 },
      { level: 0.1, noise: 0.2 },
    ),
  },
  {
    title: "Latency of prod",
    unit: "seconds",
    span: SPAN,
    series: [
      madeSeries("p50", 1, SPAN, STEP, { level: 0.02, noise: 0.2 }, "p50"),
      madeSeries("p95", 1, SPAN, STEP, { level: 0.14, noise: 0.15, gaps: [[0.3, 0.36]] }, "p95"),
      madeSeries("p99", 1, SPAN, STEP, { level: 0.3, noise: 0.25, gaps: [[0.3, 0.36]] }, "p99"),
    ],
  },
  {
    title: "Error ratio",
    unit: "ratio",
    span: SPAN,
    marks: MARKS,
    thresholds: [{ value: 0.05, text: "at most 5 %" }],
    series: environments(
      { level: 0.004, noise: 0.5 },
      { level: 0.002, noise: 0.9 },
      { level: 0, noise: 0 },
    ),
  },
  {
    title: "Active requests",
    unit: "count",
    span: SPAN,
    series: environments(
      { level: 18, noise: 0.3, incident: [...INCIDENT, 2.2] },
      { level: 6, noise: 0.4 },
      { level: 2, noise: 0.5, gaps: [[0.4, 0.5]] },
      "area",
    ),
  },
  {
    title: "Stopped data plane",
    unit: "requests/s",
    span: SPAN,
    series: [
      madeSeries("prod", 1, SPAN, STEP, { level: 80, noise: 0.2, gaps: [[0.72, 1]] }),
      madeSeries("dev", 2, SPAN, STEP, { level: 40, noise: 0.2, gaps: [[0.5, 1]] }),
    ],
  },
  {
    title: "Requests by route",
    unit: "requests/s",
    span: SPAN,
    series: ROUTES.map((route, index) =>
      madeSeries(route, index + 1, SPAN, STEP, { level: 12 + 17 * index, noise: 0.25 }),
    ),
  },
  {
    title: "Request rate, to dev",
    unit: "times",
    scale: "ratio",
    span: SPAN,
    series: [
      madeSeries("prod", 1, SPAN, STEP, { level: 3.6, noise: 0.3 }),
      madeSeries("qa", 3, SPAN, STEP, { level: 0.4, noise: 0.3 }),
    ],
  },
  {
    title: "Twenty data planes",
    unit: "ratio",
    span: SPAN,
    series: Array.from({ length: 20 }, (_, index) =>
      madeSeries(`dp-prod-${index + 1}`, index + 1, SPAN, STEP, {
        level: 0.2 + 0.03 * index,
        noise: 0.2,
      }),
    ),
  },
  {
    title: "Few samples",
    unit: "events/s",
    span: SPAN,
    series: [
      madeSeries("prod", 1, SPAN, STEP, { level: 0.2, noise: 0.4, gaps: [[0, 0.96]] }),
      madeSeries("dev", 2, SPAN, STEP, {
        level: 0.3,
        noise: 0.2,
        gaps: [
          [0, 0.49],
          [0.5, 1],
        ],
      }),
    ],
  },
  {
    title: "Nothing",
    unit: "seconds",
    span: SPAN,
    series: environments(
      { level: 1, noise: 1, gaps: [[0, 1]] },
      { level: 1, noise: 1, gaps: [[0, 1]] },
      { level: 1, noise: 1, gaps: [[0, 1]] },
    ),
  },
  { title: "No series", unit: "seconds", span: SPAN, series: [] },
];

const same = (drawn: Drawn) => drawn;
const notes = { partial: [], remarks: [] };

function Panel({ example }: { readonly example: Example }) {
  const { title, unit, scale, ...drawn } = example;
  const [data] = useState<Drawn>(drawn);
  const [hidden, setHidden] = useState(NONE_HIDDEN);
  const [range, setRange] = useState("");
  return (
    <ChartPanel
      title={title}
      unit={unit}
      scale={scale}
      state={{ kind: "shown", data, at: SPAN.end, notes, stale: undefined, isRefreshing: false }}
      draw={same}
      emptiness="0 series of this metric."
      hidden={hidden}
      onHidden={setHidden}
      onRange={({ start, end }) => setRange(`${start} to ${end}`)}
      actions={<small>{range}</small>}
    />
  );
}

const root = document.getElementById("root");
if (root === null) throw new Error("gallery.html has no #root");
root.style.cssText =
  "display:grid;grid-template-columns:repeat(auto-fill,minmax(min(520px,100%),1fr));" +
  "gap:var(--gap);max-width:var(--content-max);margin:0 auto;padding:var(--gap)";
createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      colorSchemeManager={colorSchemeManager}
      cssVariablesResolver={cssVariablesResolver}
      defaultColorScheme="auto"
    >
      {EXAMPLES.map((example) => (
        <Panel key={example.title} example={example} />
      ))}
    </MantineProvider>
  </StrictMode>,
);
