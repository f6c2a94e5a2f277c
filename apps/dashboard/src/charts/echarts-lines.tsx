import { useLayoutEffect, useRef, useState } from "react";
import { createChart } from "./echarts.ts";
import type { ChartOption } from "./echarts.ts";
import { paintSoon } from "./paint-queue.ts";
import styles from "./TimeChart.module.css";

interface Props {
  readonly option: ChartOption;
  readonly width: number;
  readonly height: number;
}

/** The canvas of a chart. It is a chunk of its own, since ECharts is most of it. */
export function EChartsLines({ option, width, height }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<ReturnType<typeof createChart>>();

  useLayoutEffect(() => {
    if (element.current === null) return undefined;
    const created = createChart(element.current);
    setChart(created);
    return () => {
      created.dispose();
    };
  }, []);

  useLayoutEffect(() => {
    if (chart === undefined) return undefined;
    return paintSoon(() => {
      if (chart.getWidth() !== width || chart.getHeight() !== height) {
        chart.resize({ width, height });
      }
      chart.setOption(option, { replaceMerge: ["series"] });
    });
  }, [chart, option, width, height]);

  return <div ref={element} className={styles.canvas} style={{ width, height }} aria-hidden />;
}
