import type { GridSeries } from "../lib/series/series.ts";
import type { Zone } from "../lib/time/zone.ts";
import type { ChartTheme } from "./chart-theme.ts";
import type { ChartOption, LineOption } from "./echarts.ts";
import { lineStyle } from "./line-style.ts";
import { BOTTOM, LEFT, TOP } from "./plot.ts";
import type { Plot } from "./plot.ts";
import { timeTicks } from "./time-axis.ts";
import type { ChartSeries } from "./types.ts";

/** How lines are thinned when they have more points than pixels: by shape, or keeping all spikes. */
export type Sampling = "lttb" | "minmax";

export interface OptionsInput {
  readonly plot: Plot;
  readonly series: readonly ChartSeries[];
  readonly theme: ChartTheme;
  readonly sampling: Sampling;
  readonly zone: Zone;
}

const AREA_OPACITY = 0.14;
const BAND_OPACITY = 0.16;
/** Of layers the second is the others'. */
const BEHIND = 1;
/** The zone's name stands in the corner below the lines; no time is written over it, in pixels. */
const CORNER = 18;
/** How far a lonely sample is drawn to each side, in pixels. */
const LONELY = 2;

/** What ECharts draws of a chart: the axes' labels, the grid's lines and the series. */
export function chartOptions({ plot, series, theme, sampling, zone }: OptionsInput): ChartOption {
  const { axis, span } = plot;
  const all = timeTicks(span, plot.width - LEFT - plot.right, zone);
  const times = all.filter(({ at }) => plot.xAt(at) - LEFT >= CORNER);
  const draw = (one: ChartSeries) => line(one, plot, theme, sampling);
  return {
    animation: false,
    grid: {
      left: LEFT,
      right: plot.right,
      top: TOP,
      bottom: BOTTOM,
      outerBoundsMode: "none",
    },
    xAxis: {
      ...axisOption(span.start, span.end, times, theme),
      axisLine: { show: true, onZero: false, lineStyle: { color: theme.grid } },
      splitLine: { show: false },
    },
    yAxis: {
      ...axisOption(axis.low, axis.high, axis.ticks, theme),
      axisLine: { show: false },
      splitLine: { lineStyle: { color: theme.grid } },
    },
    series: [...bands(series, plot, theme), ...series.map(draw)],
  };
}

function axisOption(
  min: number,
  max: number,
  ticks: readonly { at: number; text: string }[],
  theme: ChartTheme,
) {
  const customValues = ticks.map(({ at }) => at);
  const texts = new Map(ticks.map(({ at, text }) => [at, text]));
  return {
    type: "value" as const,
    min,
    max,
    axisTick: { show: false, customValues },
    axisLabel: {
      customValues,
      formatter: (value: number) => texts.get(value) ?? "",
      color: theme.text,
      fontSize: theme.fontSize,
      fontFamily: theme.fontFamily,
      hideOverlap: true,
      margin: 8,
    },
  };
}

function line(one: ChartSeries, plot: Plot, theme: ChartTheme, sampling: Sampling): LineOption {
  const style = lineStyle(one);
  const lonely = plot.timeAt(LONELY) - plot.timeAt(0);
  const color = theme.colourOf(style);
  return {
    ...quiet(one.id, flatten(one.data, plot.axis.drawn, lonely)),
    sampling,
    ...(one.kind === "ghost" && { z: BEHIND }),
    lineStyle: {
      color,
      width: style.width,
      opacity: style.opacity,
      type: style.dash.length > 0 ? [...style.dash] : "solid",
      join: "round",
    },
    ...(one.kind === "area" && { areaStyle: { color, opacity: AREA_OPACITY } }),
  };
}

/** Between p50 and p99 of each environment that shows both: an invisible line and, stacked, an area. */
function bands(series: readonly ChartSeries[], plot: Plot, theme: ChartTheme): LineOption[] {
  return series
    .filter(({ kind }) => kind === "p99")
    .flatMap((high) => {
      const low = series.find(({ kind, slot }) => kind === "p50" && slot === high.slot);
      if (low === undefined || low.data.values.length !== high.data.values.length) return [];
      const { drawn } = plot.axis;
      const floor = low.data.values.map((value, index) =>
        Number.isFinite(high.data.values[index]) ? drawn(value) : Number.NaN,
      );
      const above = floor.map((value, index) => drawn(high.data.values[index] ?? 0) - value);
      const color = theme.colourOf(lineStyle(high));
      const stacked = (id: string, values: Float64Array) => ({
        ...quiet(`${high.id} ${id}`, interleave({ ...low.data, values })),
        stack: high.id,
        stackStrategy: "all" as const,
        lineStyle: { width: 0 },
      });
      return [
        stacked("floor", floor),
        { ...stacked("band", above), areaStyle: { color, opacity: BAND_OPACITY } },
      ];
    });
}

function quiet(id: string, data: Float64Array): LineOption {
  return {
    id,
    type: "line",
    dimensions: ["t", "v"],
    // ECharts' types do not know that it takes typed arrays.
    data: data as unknown as NonNullable<LineOption["data"]>,
    symbol: "none",
    silent: true,
    animation: false,
    emphasis: { disabled: true },
  };
}

/**
 * A series as ECharts takes it fastest: time, value, time, value and so on in one array. What
 * cannot be drawn is a gap; a sample between two gaps becomes a short dash, else nobody saw it:
 * `aside` seconds to each side.
 */
export function flatten(
  series: GridSeries,
  drawn: (value: number) => number,
  aside: number,
): Float64Array {
  const values = series.values.map((value) => {
    const at = drawn(value);
    return Number.isFinite(at) ? at : Number.NaN;
  });
  const isLonely = (index: number) =>
    !Number.isNaN(values[index]) &&
    Number.isNaN(values[index - 1] ?? Number.NaN) &&
    Number.isNaN(values[index + 1] ?? Number.NaN);
  let lonely = 0;
  values.forEach((_, index) => {
    if (isLonely(index)) lonely++;
  });
  if (lonely === 0) return interleave({ ...series, values });

  const flat = new Float64Array(2 * (values.length + lonely));
  let next = 0;
  values.forEach((value, index) => {
    const time = series.start + index * series.step;
    for (const shift of isLonely(index) ? [-aside, aside] : [0]) {
      flat[next++] = time + shift;
      flat[next++] = value;
    }
  });
  return flat;
}

function interleave({ start, step, values }: GridSeries): Float64Array {
  const flat = new Float64Array(2 * values.length);
  for (let index = 0; index < values.length; index++) {
    flat[2 * index] = start + index * step;
    flat[2 * index + 1] = values[index] ?? Number.NaN;
  }
  return flat;
}
