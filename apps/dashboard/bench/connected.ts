import { LineChart } from "echarts/charts";
import { AxisPointerComponent, GridComponent, TooltipComponent } from "echarts/components";
import { connect, init, use as register } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { flatten } from "../src/charts/options.ts";
import type { ChartSeries } from "../src/charts/types.ts";

register([LineChart, GridComponent, TooltipComponent, AxisPointerComponent, CanvasRenderer]);

const asItIs = (value: number) => value;

/** The same charts with ECharts' own shared cursor; returns how to give them new data. */
export function connectedPage(
  element: HTMLElement,
  chartsAt: (refreshes: number) => readonly (readonly ChartSeries[])[],
  useDirtyRect: boolean,
): (refreshes: number) => void {
  const charts = chartsAt(0).map(() => {
    const box = document.createElement("div");
    box.className = "connected";
    box.style.height = "270px";
    element.append(box);
    return init(box, null, { renderer: "canvas", useDirtyRect });
  });
  connect(charts);
  return (refreshes) => {
    chartsAt(refreshes).forEach((series, index) => {
      charts[index]?.setOption(
        {
          animation: false,
          tooltip: { trigger: "axis", transitionDuration: 0 },
          axisPointer: { type: "line" },
          grid: { left: 44, right: 10, top: 24, bottom: 22 },
          xAxis: { type: "time" },
          yAxis: { type: "value" },
          series: series.map(({ id, data }) => ({
            id,
            type: "line",
            dimensions: ["t", "v"],
            data: flatten({ ...data, start: data.start * 1000, step: data.step * 1000 }, asItIs, 0),
            symbol: "none",
            sampling: "lttb",
            emphasis: { disabled: true },
          })),
        } as Parameters<(typeof charts)[number]["setOption"]>[0],
        { replaceMerge: ["series"] },
      );
    });
  };
}
