import { IconChartLine, IconTable } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import type { ReactNode } from "react";
import type { PanelState } from "../api/panel-state.ts";
import { useIsFull, useScreenHeight } from "../ui/full-panel.ts";
import { PanelAction } from "../ui/PanelAction.tsx";
import { PanelFrame } from "../ui/PanelFrame.tsx";
import type { Target } from "../ui/PanelFrame.tsx";
import { useIsWall } from "../ui/WallContext.ts";
import { PictureButton } from "./PictureButton.tsx";
import { TimeChart } from "./TimeChart.tsx";
import type { TimeChartProps } from "./TimeChart.tsx";

/** What comes from a panel's data; everything else is the same in each of its states. */
export type Drawn = Pick<
  TimeChartProps,
  "series" | "span" | "thresholds" | "marks" | "extent" | "before"
>;

interface Props<T> extends Omit<TimeChartProps, keyof Drawn | "isTable" | "height" | "title"> {
  readonly title: string;
  readonly leadsTo?: Target | undefined;
  /** A few words beside the title. */
  readonly note?: string | undefined;
  readonly state: PanelState<T>;
  /** Made once per data: keep it the same from render to render. */
  readonly draw: (data: T) => Drawn;
  /** What to say in place of a chart without series. */
  readonly emptiness: string;
  readonly actions?: ReactNode;
  /** Of the lines, in pixels. */
  readonly height?: number | undefined;
}

/** One row of a legend, and the gap below it. */
const LEGEND = 28;
/** What stands around the lines of a panel that fills the screen: its header and its legend. */
const AROUND = 130;
/** Two rows of panels fit on a wall below the heading. */
const ON_WALL = 0.75;

/** A chart in its panel, which says what state its question is in. */
export function ChartPanel<T>({
  title,
  leadsTo,
  note,
  state,
  draw,
  emptiness,
  actions,
  height = 200,
  ...chart
}: Props<T>) {
  const isFull = useIsFull(title);
  const screenHeight = useScreenHeight();
  const wanted = useIsWall() ? Math.round(height * ON_WALL) : height;
  const linesHeight = isFull ? Math.max(screenHeight - AROUND, height) : wanted;
  const data = state.kind === "shown" ? state.data : undefined;
  const drawn = useMemo(() => (data === undefined ? undefined : draw(data)), [data, draw]);
  const [isTable, setIsTable] = useState(false);
  const Other = isTable ? IconChartLine : IconTable;
  const other = isTable ? "Show as a chart" : "Show as a table";
  return (
    <PanelFrame
      hasTools
      title={title}
      leadsTo={leadsTo}
      unit={note}
      state={state}
      height={linesHeight + LEGEND}
      emptiness={() => (drawn?.series.length === 0 ? emptiness : undefined)}
      actions={
        <>
          {actions}
          {drawn && state.kind === "shown" && (
            <PictureButton {...chart} title={title} drawn={drawn} at={state.at} />
          )}
          <PanelAction panel={title} what={other} onClick={() => setIsTable(!isTable)}>
            <Other size={16} aria-hidden />
          </PanelAction>
        </>
      }
    >
      {() =>
        drawn && (
          <TimeChart {...chart} {...drawn} title={title} height={linesHeight} isTable={isTable} />
        )
      }
    </PanelFrame>
  );
}
