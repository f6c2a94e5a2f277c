import { Suspense, lazy, useContext, useId, useMemo, useRef } from "react";
import { useZone } from "../clock/ZoneContext.ts";
import type { Unit } from "../lib/format/units.ts";
import { useChartTheme } from "./chart-theme.ts";
import { CursorContext } from "./cursor-store.ts";
import { CursorLayer } from "./CursorLayer.tsx";
import { NONE_HIDDEN, shownOf } from "./hidden.ts";
import type { Hidden } from "./hidden.ts";
import { DataTable } from "./DataTable.tsx";
import { Legend } from "./Legend.tsx";
import { Marks } from "./Marks.tsx";
import { chartOptions } from "./options.ts";
import type { Sampling } from "./options.ts";
import { plotOf } from "./plot.ts";
import { EndLabels, Limit, PlotNotes } from "./PlotParts.tsx";
import { PointerLayer } from "./PointerLayer.tsx";
import styles from "./TimeChart.module.css";
import { Tooltip } from "./Tooltip.tsx";
import type { Before, ChartSeries, Mark, Span, Threshold } from "./types.ts";
import { useWidth } from "./use-width.ts";
import { valueAxis } from "./value-axis.ts";
import type { Extent } from "./value-axis.ts";

const EChartsLines = lazy(async () => {
  const { EChartsLines: Lines } = await import("./echarts-lines.tsx");
  // A canvas keeps the font it was drawn with.
  await document.fonts.ready;
  return { default: Lines };
});

export interface TimeChartProps {
  /** What is drawn, for those who hear it. */
  readonly title: string;
  readonly series: readonly ChartSeries[];
  readonly unit: Unit;
  /** What was asked for: data that is missing at an end shows as missing. */
  readonly span: Span;
  readonly thresholds?: readonly Threshold[] | undefined;
  /** The value that others are measured by: a line that is always there. */
  readonly reference?: Threshold | undefined;
  readonly marks?: readonly Mark[] | undefined;
  readonly hidden?: Hidden | undefined;
  /** What the lines were at an earlier time. */
  readonly before?: Before | undefined;
  readonly onHidden?: ((hidden: Hidden) => void) | undefined;
  /** Called with the range that the reader selected. */
  readonly onRange?: ((range: Span) => void) | undefined;
  readonly scale?: "linear" | "ratio" | undefined;
  /** The values' extent where several charts share it. */
  readonly extent?: Extent | undefined;
  /** "minmax" keeps every spike, for errors. */
  readonly sampling?: Sampling | undefined;
  /** Whether the values are shown as a table in place of the lines. */
  readonly isTable?: boolean | undefined;
  /** In pixels, without the legend. */
  readonly height?: number | undefined;
}

const NOTHING: readonly never[] = [];

/** Lines over time, with a legend that says their values. */
export function TimeChart({
  title,
  series,
  unit,
  span,
  thresholds = NOTHING,
  reference,
  marks = NOTHING,
  hidden = NONE_HIDDEN,
  before,
  onHidden,
  onRange,
  scale = "linear",
  extent,
  sampling = "lttb",
  isTable = false,
  height = 200,
}: TimeChartProps) {
  const chart = useId();
  const zone = useZone();
  const theme = useChartTheme();
  const cursor = useContext(CursorContext);
  const area = useRef<HTMLDivElement>(null);
  const width = useWidth(area);
  const shown = useMemo(() => series.filter(({ id }) => !hidden.has(id)), [series, hidden]);
  const drawn = useMemo(() => shownOf({ series, before }, hidden), [series, before, hidden]);
  const axis = useMemo(
    () => valueAxis({ series: drawn, thresholds, unit, scale, extent, height }),
    [drawn, thresholds, unit, scale, extent, height],
  );
  const lines = series.length;
  const plot = useMemo(
    () => plotOf({ width, height, span, axis, lines }),
    [width, height, span, axis, lines],
  );
  const option = useMemo(
    () => chartOptions({ plot, series: drawn, theme, sampling, zone }),
    [plot, drawn, theme, sampling, zone],
  );

  return (
    <div className={styles.chart}>
      <Legend {...{ series, axis, span, hidden, onHidden, before, zone }} />
      {isTable && <DataTable {...{ title, series: drawn, axis, span, height, zone }} />}
      <div ref={area} className={styles.area} style={{ height }} hidden={isTable}>
        {width > 0 && !isTable && (
          <>
            <Suspense fallback={<div className={styles.skeleton} />}>
              <EChartsLines option={option} width={width} height={height} />
            </Suspense>
            <PlotNotes {...{ plot, series, zone }} />
            {reference && <Limit plot={plot} limit={reference} kind="reference" />}
            {thresholds.map((one) => (
              <Limit key={one.text} plot={plot} limit={one} kind="threshold" />
            ))}
            <EndLabels plot={plot} series={shown} />
            <CursorLayer cursor={cursor} plot={plot} series={shown} />
            <PointerLayer {...{ chart, title, plot, series: drawn, zone, onRange }} />
            <Marks plot={plot} marks={marks} zone={zone} />
            <Tooltip {...{ chart, cursor, plot, series: drawn, zone }} />
          </>
        )}
      </div>
    </div>
  );
}
