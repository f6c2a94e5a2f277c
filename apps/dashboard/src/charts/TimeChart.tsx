import { Suspense, lazy, useContext, useId, useMemo, useRef } from "react";
import type { Unit } from "../lib/format/units.ts";
import { useChartTheme } from "./chart-theme.ts";
import { CursorContext } from "./cursor-store.ts";
import { CursorLayer } from "./CursorLayer.tsx";
import { NONE_HIDDEN } from "./hidden.ts";
import type { Hidden } from "./hidden.ts";
import { DataTable } from "./DataTable.tsx";
import { Legend } from "./Legend.tsx";
import { MarkGlyphs, MarkShades } from "./Marks.tsx";
import { chartOptions } from "./options.ts";
import type { Sampling } from "./options.ts";
import { plotOf } from "./plot.ts";
import { EndLabels, PlotNotes, Thresholds } from "./PlotParts.tsx";
import { PointerLayer } from "./PointerLayer.tsx";
import styles from "./TimeChart.module.css";
import { Tooltip } from "./Tooltip.tsx";
import type { ChartSeries, Mark, Span, Threshold } from "./types.ts";
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
  readonly marks?: readonly Mark[] | undefined;
  readonly hidden?: Hidden | undefined;
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
  /** An IANA time zone; the reader's own without one. */
  readonly zone?: string | undefined;
}

const NOTHING: readonly never[] = [];

/** Lines over time, with a legend that says their values. */
export function TimeChart({
  title,
  series,
  unit,
  span,
  thresholds = NOTHING,
  marks = NOTHING,
  hidden = NONE_HIDDEN,
  onHidden,
  onRange,
  scale = "linear",
  extent,
  sampling = "lttb",
  isTable = false,
  height = 200,
  zone,
}: TimeChartProps) {
  const chart = useId();
  const theme = useChartTheme();
  const cursor = useContext(CursorContext);
  const area = useRef<HTMLDivElement>(null);
  const width = useWidth(area);
  const shown = useMemo(() => series.filter(({ id }) => !hidden.has(id)), [series, hidden]);
  const axis = useMemo(
    () => valueAxis({ series: shown, thresholds, unit, scale, extent, height }),
    [shown, thresholds, unit, scale, extent, height],
  );
  const plot = useMemo(() => plotOf(width, height, span, axis), [width, height, span, axis]);
  const option = useMemo(
    () => chartOptions({ plot, series: shown, theme, sampling, zone }),
    [plot, shown, theme, sampling, zone],
  );

  return (
    <div className={styles.chart}>
      <Legend {...{ series, axis, span, hidden, onHidden, zone }} />
      {isTable && <DataTable {...{ title, series: shown, axis, span, height, zone }} />}
      <div ref={area} className={styles.area} style={{ height }} hidden={isTable}>
        {width > 0 && !isTable && (
          <>
            <MarkShades plot={plot} marks={marks} />
            <Suspense fallback={<div className={styles.skeleton} />}>
              <EChartsLines option={option} width={width} height={height} />
            </Suspense>
            <PlotNotes {...{ plot, series, zone }} />
            <Thresholds plot={plot} thresholds={thresholds} />
            <EndLabels plot={plot} series={shown} />
            <CursorLayer cursor={cursor} plot={plot} series={shown} />
            <PointerLayer {...{ chart, title, plot, series: shown, zone, onRange }} />
            <MarkGlyphs plot={plot} marks={marks} zone={zone} />
            <Tooltip {...{ chart, cursor, plot, series: shown, zone }} />
          </>
        )}
      </div>
    </div>
  );
}
