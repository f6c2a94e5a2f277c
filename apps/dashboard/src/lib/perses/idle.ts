import type { DrawnPanel } from "./board.ts";
import { idleTransforms } from "./table.ts";
import { isBare } from "./format.ts";

/** What a panel's template asks for and is not drawn here, in words; nothing is left out silently. */
export function idleIn(panel: DrawnPanel): string[] {
  switch (panel.kind) {
    case "TimeSeriesChart":
      return chartIdle(panel.spec);
    case "StatChart":
    case "GaugeChart":
      return unitIdle(panel.spec.format);
    case "Table":
      return tableIdle(panel.spec);
    case "TimeSeriesTable":
    case "Markdown":
      return [];
  }
}

type SpecOf<Kind> = Extract<DrawnPanel, { kind: Kind }>["spec"];

function chartIdle({
  yAxis,
  visual,
  querySettings = [],
  thresholds,
}: SpecOf<"TimeSeriesChart">): string[] {
  return [
    ...(visual?.stack !== undefined || querySettings.some(({ stack }) => stack)
      ? ["stacking"]
      : []),
    ...(visual?.display === "bar" ? ["bars"] : []),
    ...([visual, ...querySettings].some((one) => (one?.lineStyle ?? "solid") !== "solid")
      ? ["line styles"]
      : []),
    ...(visual?.connectNulls ? ["lines over gaps"] : []),
    ...((yAxis?.min ?? 0) > 0 ? ["an axis that begins above zero"] : []),
    ...(yAxis?.logBase !== undefined ? ["a logarithmic axis"] : []),
    ...(querySettings.some(({ negativeY }) => negativeY) ? ["series below the axis"] : []),
    ...(querySettings.some(({ colorValue }) => colorValue) ? ["its own colours"] : []),
    ...(thresholds?.mode === "percent" && yAxis?.max === undefined
      ? ["thresholds in percent of an open axis"]
      : []),
    ...unitIdle(yAxis?.format),
  ];
}

function tableIdle(spec: SpecOf<"Table">): string[] {
  const columns = spec.columnSettings ?? [];
  return [
    ...new Set(idleTransforms(spec)),
    ...(columns.some(({ plugin }) => plugin) ? ["panels in cells"] : []),
    ...(columns.some(({ dataLink }) => dataLink) ? ["links in cells"] : []),
    ...(spec.actions !== undefined ? ["actions"] : []),
  ];
}

function unitIdle(format: Parameters<typeof isBare>[0]): string[] {
  return format !== undefined && isBare(format) ? [`the unit ${format.unit}`] : [];
}
