import type { InstantAnswer, RangeAnswer } from "../../api/prometheus.ts";
import type { DrawnPanel } from "../../lib/perses/board.ts";
import { calculate } from "../../lib/perses/calculation.ts";
import { fillText } from "../../lib/perses/interpolate.ts";
import type { Values } from "../../lib/perses/interpolate.ts";
import { seriesNames } from "../../lib/perses/names.ts";
import { questionName } from "../../lib/perses/questions.ts";
import { limitsOf, toneAmong } from "../../lib/perses/tone.ts";
import type { Limit, Tone } from "../../lib/perses/tone.ts";
import { mapped } from "../../lib/perses/words.ts";
import type { GridSeries, Labels } from "../../lib/series/series.ts";

export type NumberPanelOf = Extract<DrawnPanel, { kind: "StatChart" | "GaugeChart" }>;

/** One number of a panel. */
export interface Figure {
  readonly id: string;
  readonly name: string;
  readonly value: number;
  /** What stands in place of the number. */
  readonly text?: string | undefined;
  readonly tone: Tone;
  readonly series?: GridSeries | undefined;
}

type Answers = Readonly<Record<string, InstantAnswer | RangeAnswer>>;

/** The numbers of a panel, by name. */
export function figuresOf(panel: NumberPanelOf, answers: Answers, values: Values): Figure[] {
  const limits = limitsOf(panel.spec.thresholds, wholeOf(panel));
  return panel.queries.flatMap(({ seriesNameFormat }, query) => {
    const answer = answers[questionName(query)];
    if (answer === undefined) return [];
    const found = readings(panel, answer);
    const names = seriesNames(
      seriesNameFormat && fillText(seriesNameFormat, values),
      found.map(({ labels }) => labels),
    );
    return found
      .map(({ labels, value, series }, index) => ({
        id: `${query} ${JSON.stringify(labels)}`,
        name: names[index] ?? "",
        value,
        series,
        ...said(panel, limits, labels, value),
      }))
      .toSorted((one, other) => one.name.localeCompare(other.name, "en", { numeric: true }));
  });
}

interface Reading {
  readonly labels: Labels;
  readonly value: number;
  readonly series?: GridSeries;
}

function readings(panel: NumberPanelOf, answer: InstantAnswer | RangeAnswer): Reading[] {
  if ("samples" in answer) return [...answer.samples];
  const { calculation } = panel.spec;
  return answer.series.map((series) => ({
    labels: series.labels,
    value: calculate(calculation, series.values),
    series,
  }));
}

function said(
  { kind, spec }: NumberPanelOf,
  limits: readonly Limit[],
  labels: Labels,
  value: number,
): Pick<Figure, "text" | "tone"> {
  const tone = toneAmong(limits, value, spec.thresholds?.defaultColor);
  if (kind === "GaugeChart") return { tone };
  const words = mapped(spec.mappings, value);
  const label = spec.metricLabel === undefined ? undefined : labels[spec.metricLabel];
  return { text: words?.text ?? label, tone: words?.tone ?? tone };
}

/** What a gauge shows as full; numbers without one have none. */
export function wholeOf(panel: NumberPanelOf): number | undefined {
  if (panel.kind === "StatChart") return undefined;
  const { max, format, thresholds } = panel.spec;
  if (max !== undefined) return max;
  if (format?.unit === "percent") return 100;
  if (format?.unit === "percent-decimal") return 1;
  if (thresholds?.mode === "percent") return 100;
  const [last] = limitsOf(thresholds).slice(-1);
  return last?.value;
}
