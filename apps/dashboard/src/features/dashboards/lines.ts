import type { Environment } from "../../api/configuration.ts";
import type { RangeAnswer } from "../../api/prometheus.ts";
import type { ChartSeries, LineKind, Threshold } from "../../charts/types.ts";
import { extentOf } from "../../charts/value-axis.ts";
import type { Extent } from "../../charts/value-axis.ts";
import { format } from "../../lib/format/units.ts";
import type { Unit } from "../../lib/format/units.ts";
import type { DrawnPanel } from "../../lib/perses/board.ts";
import { QUANTILES } from "../../lib/promql/catalogue.ts";
import { fillText } from "../../lib/perses/interpolate.ts";
import type { Values } from "../../lib/perses/interpolate.ts";
import { MOST_SERIES } from "../../lib/perses/limits.ts";
import { seriesNames } from "../../lib/perses/names.ts";
import { questionName } from "../../lib/perses/questions.ts";
import { limitsOf } from "../../lib/perses/tone.ts";
import { newest } from "../../lib/series/series.ts";
import type { Labels } from "../../lib/series/series.ts";
import { NOBODY } from "../../theme/environment.ts";

export type ChartPanelOf = Extract<DrawnPanel, { kind: "TimeSeriesChart" }>;

export type Answers = Readonly<Record<string, RangeAnswer>>;

export interface Lines {
  readonly series: readonly ChartSeries[];
  /** How many lines there would be. */
  readonly all: number;
}

/** More areas over each other are one grey. */
const MOST_AREAS = 4;

/** The lines of a chart, by name; of very many those that are highest at the end. */
export function linesOf(
  panel: ChartPanelOf,
  answers: Answers,
  values: Values,
  environments: readonly Environment[],
): Lines {
  const all = panel.queries.flatMap(({ seriesNameFormat }, query) => {
    const series = answers[questionName(query)]?.series ?? [];
    const labels = series.map((one) => one.labels);
    const names = seriesNames(seriesNameFormat && fillText(seriesNameFormat, values), labels);
    return series
      .map((data, index) => ({
        id: `${query} ${JSON.stringify(Object.entries(data.labels).toSorted())}`,
        name: names[index] ?? "",
        query,
        data,
      }))
      .toSorted((one, other) => one.name.localeCompare(other.name, "en", { numeric: true }));
  });
  const shown = all.length > MOST_SERIES ? highest(all, MOST_SERIES) : all;
  const labels = shown.map(({ data }) => data.labels);
  const isOfOne = arePercentilesOfOne(shown);
  const owners = ownersOf(labels, environments);
  const isPlain = new Set(owners.map(({ slot }) => slot)).size === 1;
  const series = shown.map(({ id, name, query, data }, index) => ({
    id,
    name,
    slot: owners[index]?.slot ?? NOBODY,
    shade: isOfOne ? undefined : owners[index]?.shade,
    kind: isOfOne ? (name as LineKind) : kindOf(panel, query, shown.length),
    isPlain,
    data,
  }));
  return { series, all: all.length };
}

function highest<T extends { readonly data: Parameters<typeof newest>[0] }>(
  all: readonly T[],
  most: number,
): T[] {
  const heights = new Map(all.map((one) => [one, newest(one.data)?.value ?? -Infinity]));
  const sorted = all.toSorted((one, other) => (heights.get(other) ?? 0) - (heights.get(one) ?? 0));
  const kept = new Set(sorted.slice(0, most));
  return all.filter((one) => kept.has(one));
}

/** Percentiles of one environment are drawn alike on all pages: in its colour, told by weight. */
function arePercentilesOfOne(
  lines: readonly { readonly name: string; readonly data: { readonly labels: Labels } }[],
): boolean {
  const environments = new Set(lines.map(({ data }) => data.labels["environment"]));
  return (
    lines.length > 1 &&
    environments.size === 1 &&
    lines.every(({ name }) => QUANTILES.some((quantile) => quantile === name))
  );
}

/** Whose each line is: hues are the environments', shades tell several lines of one apart. */
function ownersOf(all: readonly Labels[], environments: readonly Environment[]) {
  const slots = new Map(environments.map(({ name, slot }) => [name, slot]));
  const slotOf = (labels: Labels) => slots.get(labels["environment"] ?? "") ?? NOBODY;
  const groups = Map.groupBy(all, slotOf);
  return all.map((labels) => {
    const slot = slotOf(labels);
    const own = groups.get(slot) ?? [];
    return { slot, shade: own.length > 1 ? own.indexOf(labels) + 1 : undefined };
  });
}

function kindOf({ spec }: ChartPanelOf, query: number, lines: number): LineKind {
  const own = spec.querySettings?.find(({ queryIndex }) => queryIndex === query);
  const opacity = own?.areaOpacity ?? spec.visual?.areaOpacity ?? 0;
  return opacity > 0 && lines <= MOST_AREAS ? "area" : "line";
}

/** The limits across a chart, each text once. */
export function thresholdsOf({ spec }: ChartPanelOf, unit: Unit): Threshold[] {
  const limits = limitsOf(spec.thresholds, spec.yAxis?.max)
    // Templates begin with a step at zero, which is the axis.
    .filter(({ value, name }) => value !== 0 || name !== undefined)
    .map(({ value, name }) => ({ value, text: name ?? format(unit, value) }));
  return [...new Map(limits.map((one) => [one.text, one])).values()];
}

/** The ends of the value axis as far as a template sets them. */
export function axisExtent(
  { spec: { yAxis } }: ChartPanelOf,
  series: readonly ChartSeries[],
): Extent | undefined {
  if (yAxis?.min === undefined && yAxis?.max === undefined) return undefined;
  const { low = 0, high = 0 } = extentOf(series) ?? {};
  return { low: yAxis.min ?? Math.min(0, low), high: yAxis.max ?? high };
}
