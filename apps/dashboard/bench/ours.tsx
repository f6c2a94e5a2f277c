import { MantineProvider } from "@mantine/core";
import type { Root } from "react-dom/client";
import { ChartPanel } from "../src/charts/ChartPanel.tsx";
import type { Drawn } from "../src/charts/ChartPanel.tsx";
import type { ChartSeries } from "../src/charts/types.ts";
import { cssVariablesResolver, theme } from "../src/theme/mantine.ts";

const same = (drawn: Drawn) => drawn;
const notes = { partial: [], remarks: [] };

/** A page of our panels; returns how to give it new data. */
export function ourPage(
  root: Root,
  chartsAt: (refreshes: number) => readonly (readonly ChartSeries[])[],
): (refreshes: number) => void {
  return (refreshes) => {
    const panels = chartsAt(refreshes).map((series, index) => {
      const { start = 0, step = 0, values } = series[0]?.data ?? {};
      const span = { start, end: start + step * ((values?.length ?? 1) - 1) };
      const data: Drawn = { series, span };
      return (
        <ChartPanel
          key={`Chart ${index + 1}`}
          title={`Chart ${index + 1}`}
          unit="requests/s"
          state={{ kind: "shown", data, at: 0, notes, stale: undefined, isRefreshing: false }}
          draw={same}
          emptiness="nothing"
        />
      );
    });
    root.render(
      <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver}>
        {panels}
      </MantineProvider>,
    );
  };
}
