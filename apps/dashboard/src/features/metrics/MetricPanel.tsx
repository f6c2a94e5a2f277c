import { useCallback, useState } from "react";
import { useRange } from "../../api/useQuestion.ts";
import { ChartPanel } from "../../charts/ChartPanel.tsx";
import { NONE_HIDDEN } from "../../charts/hidden.ts";
import type { Mark } from "../../charts/types.ts";
import { listed } from "../../lib/format/words.ts";
import { lastOf } from "../../lib/time/grid.ts";
import { CsvButton } from "../../ui/CsvButton.tsx";
import { useOnScreen } from "../../ui/useOnScreen.ts";
import { searchOfRange } from "../../view/selection.ts";
import { useChangeView, useView } from "../../view/useView.ts";
import { panelRows } from "./csv.ts";
import styles from "./MetricsPage.module.css";
import { linesOf } from "./lines.ts";
import type { Answers } from "./lines.ts";
import type { Panel } from "./panel-defs.ts";
import { QueryButton } from "./QueryButton.tsx";
import type { Scope } from "./scope.ts";

interface Props {
  readonly panel: Panel;
  readonly scope: Scope;
  readonly marks: readonly Mark[];
}

/** One panel of the page. It asks while it can be seen. */
export function MetricPanel({ panel, scope, marks }: Props) {
  const { range } = useView();
  const change = useChangeView();
  const [element, isOnScreen] = useOnScreen<HTMLDivElement>();
  const [hidden, setHidden] = useState(NONE_HIDDEN);
  const state = useRange(panel.questions, range, { enabled: isOnScreen });
  const answers: Answers | undefined = state.kind === "shown" ? state.data : undefined;
  const draw = useCallback(
    (data: Answers) => {
      const [grid] = Object.values(data).map((one) => one.grid);
      const span = grid ? { start: grid.start, end: lastOf(grid) } : { start: 0, end: 1 };
      const series = linesOf(panel, data, scope);
      return { series, span, marks, thresholds: panel.thresholds, extent: panel.extent };
    },
    [panel, scope, marks],
  );
  const rows = (data: Answers) =>
    panelRows(
      panel,
      scope,
      data,
      linesOf(panel, data, scope).filter(({ id }) => !hidden.has(id)),
    );
  return (
    <div ref={element} className={styles.panel}>
      <ChartPanel
        title={panel.title}
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
