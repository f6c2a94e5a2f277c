import { useMemo } from "react";
import type { ReactNode } from "react";
import type { PanelState } from "../../api/panel-state.ts";
import type { Drawn } from "../../charts/ChartPanel.tsx";
import { TimeChart } from "../../charts/TimeChart.tsx";
import type { TimeChartProps } from "../../charts/TimeChart.tsx";
import type { Before } from "../../charts/types.ts";
import { extentOf } from "../../charts/value-axis.ts";
import { PanelFrame } from "../../ui/PanelFrame.tsx";
import { useOnScreen } from "../../ui/useOnScreen.ts";
import styles from "./ComparePage.module.css";
import type { Answers } from "./comparison.ts";

const HEIGHT = 180;
const LEGEND = 28;

interface Props extends Pick<TimeChartProps, "title" | "unit" | "onRange" | "sampling"> {
  readonly state: PanelState<Answers>;
  readonly draw: (answers: Answers) => Drawn;
  readonly actions?: ReactNode;
}

/** A chart for each environment; all of them share their axes. */
export function Multiples({ title, state, draw, actions, ...chart }: Props) {
  const answers = state.kind === "shown" ? state.data : undefined;
  const drawn = useMemo(() => answers && draw(answers), [answers, draw]);
  const extent = useMemo(
    () => drawn && extentOf([...drawn.series, ...(drawn.before?.ghosts ?? [])]),
    [drawn],
  );
  return (
    <PanelFrame
      hasTools
      title={title}
      unit="one scale for all"
      state={state}
      height={HEIGHT + LEGEND}
      actions={actions}
      emptiness={() =>
        drawn?.series.length === 0 ? "No environment has data in this range." : undefined
      }
    >
      {() => (
        <div className={styles.multiples}>
          {drawn?.series.map((one) => (
            <Multiple
              key={one.id}
              {...chart}
              title={`${title} of ${one.name}`}
              series={[one]}
              before={ofLine(drawn.before, one.id)}
              span={drawn.span}
              extent={extent}
            />
          ))}
        </div>
      )}
    </PanelFrame>
  );
}

/** The chart of one environment. It is drawn while it can be seen. */
function Multiple(props: TimeChartProps) {
  const [element, isOnScreen] = useOnScreen<HTMLDivElement>();
  return (
    <div ref={element} style={{ minHeight: HEIGHT + LEGEND }}>
      {isOnScreen && <TimeChart {...props} height={HEIGHT} />}
    </div>
  );
}

/** The ghost of one line alone. */
function ofLine(before: Before | undefined, id: string): Before | undefined {
  return before && { ...before, ghosts: before.ghosts.filter(({ of }) => of === id) };
}
