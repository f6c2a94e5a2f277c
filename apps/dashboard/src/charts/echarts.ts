import { LineChart } from "echarts/charts";
import type { LineSeriesOption } from "echarts/charts";
import { GridComponent } from "echarts/components";
import type { GridComponentOption } from "echarts/components";
import { init, use as register } from "echarts/core";
import type { ComposeOption, ECharts } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

// Lines on a grid are all that is drawn in a canvas. Cursor, marks, thresholds, legend and tooltip
// are elements of the page: they follow the theme, can be read aloud, and cost no repaint.
register([LineChart, GridComponent, CanvasRenderer]);

export type ChartOption = ComposeOption<LineSeriesOption | GridComponentOption>;
export type LineOption = LineSeriesOption;

/** Makes an empty chart in an element of known size, as sharp as the screen, also when it is zoomed. */
export function createChart(element: HTMLElement): ECharts {
  const zoom = "currentCSSZoom" in element ? element.currentCSSZoom : 1;
  const devicePixelRatio = window.devicePixelRatio * zoom;
  return init(element, null, { renderer: "canvas", useDirtyRect: true, devicePixelRatio });
}
