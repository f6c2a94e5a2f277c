import { useCallback } from "react";
import { useRange } from "../api/useQuestion.ts";
import { ChartPanel } from "../charts/ChartPanel.tsx";
import { shownOf } from "../charts/hidden.ts";
import type { Mark } from "../charts/types.ts";
import { listed } from "../lib/format/words.ts";
import { lastOf } from "../lib/time/grid.ts";
import { CsvButton } from "../ui/CsvButton.tsx";
import type { Target } from "../ui/PanelFrame.tsx";
import { useOnScreen } from "../ui/useOnScreen.ts";
import { searchOfRange } from "../view/selection.ts";
import { useHidden } from "../view/useHidden.ts";
import { useChangeView, useView } from "../view/useView.ts";
import { QueryButton } from "./QueryButton.tsx";
import { panelRows } from "./csv.ts";
import { linesOf } from "./lines.ts";
import type { Answers } from "./lines.ts";
import styles from "./PanelGrid.module.css";
import type { Panel } from "./panel-defs.ts";
import type { Scope } from "./scope.ts";
import { beforeOf, usePrevious } from "./usePrevious.ts";

interface Props {
  readonly panel: Panel;
  readonly scope: Scope;
  readonly marks: readonly Mark[];
  readonly leadsTo?: Target | undefined;
  /** Of the lines, in pixels. */
  readonly height?: number | undefined;
}

/** One panel of metrics. It asks while it can be seen. */
export function MetricPanel({ panel, scope, marks, leadsTo, height }: Props) {
  const { range, zone } = useView();
  const change = useChangeView();
  const [element, isOnScreen] = useOnScreen<HTMLDivElement>();
  const [hidden, setHidden] = useHidden(panel.id);
  const state = useRange(panel.questions, range, { enabled: isOnScreen });
  const earlier = usePrevious(panel.questions, { enabled: isOnScreen });
  const answers: Answers | undefined = state.kind === "shown" ? state.data : undefined;
  const draw = useCallback(
    (data: Answers) => {
      const [grid] = Object.values(data).map((one) => one.grid);
      const span = grid ? { start: grid.start, end: lastOf(grid) } : { start: 0, end: 1 };
      const series = linesOf(panel, data, scope);
      const before = beforeOf(earlier, (then) => linesOf(panel, then, scope));
      const { thresholds, extent } = panel;
      return { series, before, span, marks, thresholds, extent };
    },
    [panel, scope, marks, earlier],
  );
  const rows = (data: Answers) => panelRows(panel, scope, data, shownOf(draw(data), hidden), zone);
  return (
    <div ref={element} id={panel.id} className={styles.panel}>
      <ChartPanel
        title={panel.title}
        leadsTo={leadsTo}
        height={height}
        note={panel.note}
        state={state}
        draw={draw}
        unit={panel.unit}
        sampling={panel.sampling}
        hidden={hidden}
        onHidden={setHidden}
        onRange={(span) => change(searchOfRange({ kind: "fixed", ...span }))}
        emptiness={emptinessOf(scope)}
        actions={
          <>
            <QueryButton panel={panel} />
            {answers && (
              <CsvButton
                title={panel.title}
                file={`sightline-${panel.id}`}
                rows={() => rows(answers)}
              />
            )}
          </>
        }
      />
    </div>
  );
}

function emptinessOf({ environments, plane }: Scope): string {
  const whose = plane?.id ?? listed(environments.map(({ title }) => title));
  return `Nothing of this came from ${whose} in this range.`;
}
