import { useMemo } from "react";
import type { ReactNode } from "react";
import type { PanelState } from "../../api/panel-state.ts";
import type { Drawn } from "../../charts/ChartPanel.tsx";
import { TimeChart } from "../../charts/TimeChart.tsx";
import type { TimeChartProps } from "../../charts/TimeChart.tsx";
import { extentOf } from "../../charts/value-axis.ts";
import { PanelFrame } from "../../ui/PanelFrame.tsx";
import styles from "./ComparePage.module.css";
import type { Answers } from "./comparison.ts";

const HEIGHT = 150;
const PANEL_HEIGHT = 320;

interface Props extends Pick<TimeChartProps, "title" | "unit" | "onRange" | "sampling"> {
  readonly state: PanelState<Answers>;
  readonly draw: (answers: Answers) => Drawn;
  readonly actions?: ReactNode;
}

/** A chart for each environment; all of them share their axes. */
export function Multiples({ title, state, draw, actions, ...chart }: Props) {
  const answers = state.kind === "shown" ? state.data : undefined;
  const drawn = useMemo(() => answers && draw(answers), [answers, draw]);
  const extent = useMemo(() => drawn && extentOf(drawn.series), [drawn]);
  return (
    <PanelFrame
      title={title}
      unit="one scale for all"
      state={state}
      height={PANEL_HEIGHT}
      actions={actions}
      emptiness={() =>
        drawn?.series.length === 0 ? "No environment has data in this range." : undefined
      }
    >
      {() => (
        <div className={styles.multiples}>
          {drawn?.series.map((one) => (
            <TimeChart
              key={one.id}
              {...chart}
              title={`${title} of ${one.name}`}
              series={[one]}
              span={drawn.span}
              extent={extent}
              height={HEIGHT}
            />
          ))}
        </div>
      )}
    </PanelFrame>
  );
}
