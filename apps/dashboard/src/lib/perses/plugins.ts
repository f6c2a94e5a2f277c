import * as v from "valibot";
import {
  CALCULATIONS,
  Format,
  Mapping,
  Plugin,
  Thresholds,
  colour,
  datasource,
  duration,
  number,
  text,
} from "./parts.ts";

const calculation = v.picklist(CALCULATIONS);
const lineStyle = v.picklist(["solid", "dashed", "dotted"]);
const opacity = v.pipe(number, v.minValue(0), v.maxValue(1));

const TimeSeriesChart = v.strictObject({
  legend: v.optional(
    v.strictObject({
      position: v.picklist(["bottom", "right"]),
      mode: v.optional(v.picklist(["list", "table"])),
      size: v.optional(v.picklist(["small", "medium"])),
      values: v.optional(v.array(calculation)),
    }),
  ),
  tooltip: v.optional(v.strictObject({ enablePinning: v.optional(v.boolean()) })),
  yAxis: v.optional(
    v.strictObject({
      show: v.optional(v.boolean()),
      label: v.optional(v.string()),
      format: v.optional(Format),
      min: v.optional(number),
      max: v.optional(number),
      logBase: v.optional(v.picklist([2, 10])),
    }),
  ),
  thresholds: v.optional(Thresholds),
  visual: v.optional(
    v.strictObject({
      display: v.optional(v.picklist(["line", "bar"])),
      lineWidth: v.optional(v.pipe(number, v.minValue(0.25), v.maxValue(3))),
      lineStyle: v.optional(lineStyle),
      areaOpacity: v.optional(opacity),
      showPoints: v.optional(v.picklist(["auto", "always"])),
      palette: v.optional(v.strictObject({ mode: v.picklist(["auto", "categorical"]) })),
      pointRadius: v.optional(v.pipe(number, v.minValue(0), v.maxValue(6))),
      stack: v.optional(v.picklist(["all", "percent"])),
      connectNulls: v.optional(v.boolean()),
    }),
  ),
  querySettings: v.optional(
    v.array(
      v.strictObject({
        queryIndex: v.pipe(number, v.integer(), v.minValue(0)),
        colorMode: v.optional(v.picklist(["fixed", "fixed-single"])),
        colorValue: v.optional(colour),
        lineStyle: v.optional(lineStyle),
        areaOpacity: v.optional(opacity),
        format: v.optional(Format),
        negativeY: v.optional(v.boolean()),
        stack: v.optional(v.boolean()),
      }),
    ),
  ),
});

const StatChart = v.strictObject({
  calculation,
  metricLabel: v.optional(v.string()),
  format: v.optional(Format),
  thresholds: v.optional(Thresholds),
  sparkline: v.optional(
    v.strictObject({ color: v.optional(v.string()), width: v.optional(number) }),
  ),
  valueFontSize: v.optional(number),
  colorMode: v.optional(v.picklist(["value", "background_solid", "none"])),
  legendMode: v.optional(v.picklist(["auto", "on", "off"])),
  mappings: v.optional(v.array(Mapping)),
});

const GaugeChart = v.strictObject({
  calculation,
  format: v.optional(Format),
  thresholds: v.optional(Thresholds),
  max: v.optional(number),
  legend: v.optional(v.strictObject({ show: v.optional(v.boolean()) })),
});

const Condition = v.variant("kind", [
  v.strictObject({ kind: v.literal("Value"), spec: v.strictObject({ value: text }) }),
  v.strictObject({
    kind: v.literal("Range"),
    spec: v.strictObject({ min: v.optional(number), max: v.optional(number) }),
  }),
  v.strictObject({ kind: v.literal("Regex"), spec: v.strictObject({ expr: text }) }),
  v.strictObject({
    kind: v.literal("Misc"),
    spec: v.strictObject({ value: v.picklist(["empty", "null", "NaN", "true", "false"]) }),
  }),
]);

const CellSettings = v.strictObject({
  condition: Condition,
  text: v.optional(v.string()),
  prefix: v.optional(v.string()),
  suffix: v.optional(v.string()),
  textColor: v.optional(colour),
  backgroundColor: v.optional(colour),
});

export type CellSettings = v.InferOutput<typeof CellSettings>;

const width = v.union([number, v.literal("auto")]);

const ColumnSettings = v.strictObject({
  name: text,
  header: v.optional(v.string()),
  headerDescription: v.optional(v.string()),
  cellDescription: v.optional(v.string()),
  plugin: v.optional(Plugin),
  format: v.optional(Format),
  align: v.optional(v.picklist(["left", "center", "right"])),
  enableSorting: v.optional(v.boolean()),
  sort: v.optional(v.picklist(["asc", "desc"])),
  width: v.optional(width),
  hide: v.optional(v.boolean()),
  cellSettings: v.optional(v.array(CellSettings)),
  dataLink: v.optional(
    v.strictObject({ url: v.string(), title: v.optional(v.string()), openNewTab: v.boolean() }),
  ),
});

export type ColumnSettings = v.InferOutput<typeof ColumnSettings>;

const disabled = v.optional(v.boolean());

const Transform = v.variant("kind", [
  v.strictObject({
    kind: v.literal("JoinByColumnValue"),
    spec: v.strictObject({ columns: v.array(v.string()), disabled }),
  }),
  v.strictObject({
    kind: v.literal("MergeColumns"),
    spec: v.strictObject({ columns: v.array(v.string()), name: text, disabled }),
  }),
  v.strictObject({
    kind: v.literal("MergeIndexedColumns"),
    spec: v.strictObject({ column: text, disabled }),
  }),
  v.strictObject({ kind: v.literal("MergeSeries"), spec: v.strictObject({ disabled }) }),
  v.strictObject({
    kind: v.literal("ExtractColumnFields"),
    spec: v.strictObject({
      column: v.string(),
      format: v.picklist(["JSON", "Regex", "SplitByDelimiter", "KeyValuePairs"]),
      matcher: v.optional(v.string()),
    }),
  }),
]);

/** Buttons that call other systems: read so that a table is drawn, and never shown. */
const idle = {
  selection: v.optional(v.strictObject({ enabled: v.optional(v.boolean()) })),
  actions: v.optional(v.unknown()),
};

const Table = v.strictObject({
  density: v.optional(v.picklist(["compact", "standard", "comfortable"])),
  defaultColumnWidth: v.optional(width),
  defaultColumnHeight: v.optional(width),
  defaultColumnHidden: v.optional(v.boolean()),
  pagination: v.optional(v.boolean()),
  enableFiltering: v.optional(v.boolean()),
  enableSorting: v.optional(v.boolean()),
  columnSettings: v.optional(v.array(ColumnSettings)),
  cellSettings: v.optional(v.array(CellSettings)),
  transforms: v.optional(v.array(Transform)),
  ...idle,
});

const TimeSeriesTable = v.strictObject(idle);

const Markdown = v.strictObject({ text: v.string() });

const A_STEP = /^\$\w+$/;

export const PrometheusTimeSeriesQuery = v.strictObject({
  datasource,
  query: text,
  seriesNameFormat: v.optional(v.string()),
  minStep: v.optional(v.union([duration, v.pipe(v.string(), v.regex(A_STEP))])),
  resolution: v.optional(number),
  instant: v.optional(v.boolean()),
});

/** The kinds of panels that are drawn here. */
export const PANELS = {
  TimeSeriesChart,
  StatChart,
  GaugeChart,
  Table,
  TimeSeriesTable,
  Markdown,
} as const;

export type PanelKind = keyof typeof PANELS;

export type Spec<Kind extends PanelKind> = v.InferOutput<(typeof PANELS)[Kind]>;
