import { useCallback } from "react";
import type { Environment } from "../../api/configuration.ts";
import type { PanelState } from "../../api/panel-state.ts";
import { ChartPanel } from "../../charts/ChartPanel.tsx";
import { shownOf } from "../../charts/hidden.ts";
import type { Span } from "../../charts/types.ts";
import { counted } from "../../lib/format/words.ts";
import type { Signal } from "../../lib/promql/catalogue.ts";
import { SIGNALS } from "../../lib/promql/signals.ts";
import { lastOf } from "../../lib/time/grid.ts";
import { CsvButton } from "../../ui/CsvButton.tsx";
import { beforeOf } from "../../panels/usePrevious.ts";
import type { Earlier } from "../../panels/usePrevious.ts";
import type { Mode } from "../../view/search.ts";
import { searchOfRange } from "../../view/selection.ts";
import { useHidden } from "../../view/useHidden.ts";
import { useChangeView, useView } from "../../view/useView.ts";
import styles from "./ComparePage.module.css";
import { linesOf, zeroPoints } from "./comparison.ts";
import type { Answers } from "./comparison.ts";
import { comparisonRows } from "./csv.ts";
import { Multiples } from "./Multiples.tsx";

const HEIGHT = 400;

interface Props {
  readonly state: PanelState<Answers>;
  readonly earlier: Earlier<Signal> | undefined;
  readonly compared: readonly Environment[];
  readonly base: Environment;
}

/** A signal of all environments, as the chosen comparison draws it. */
export function ComparePanel({ state, earlier, compared, base }: Props) {
  const { signal, mode, zone } = useView();
  const change = useChangeView();
  const [hidden, setHidden] = useHidden("compare");
  const answers = state.kind === "shown" ? state.data : undefined;
  const { title, unit } = SIGNALS[signal];
  const draw = useCallback(
    (data: Answers) => ({
      series: linesOf(data, signal, mode, compared, base),
      before: beforeOf(earlier, (then) => linesOf(then, signal, mode, compared, base)),
      span: { start: data[signal].grid.start, end: lastOf(data[signal].grid) },
    }),
    [earlier, signal, mode, compared, base],
  );
  const onRange = ({ start, end }: Span) =>
    change(
      searchOfRange({
        kind: "fixed",
        start: Math.floor(start),
        end: Math.max(Math.ceil(end), Math.floor(start) + 1),
      }),
    );
  const shared = {
    title: titleOf(title, mode, base),
    state,
    draw,
    unit: mode === "ratio" ? ("times" as const) : unit,
    onRange,
    sampling: signal === "errors" ? ("minmax" as const) : ("lttb" as const),
    actions: answers && (
      <CsvButton
        title={titleOf(title, mode, base)}
        file={`sightline-compare-${signal}-${mode}`}
        rows={() =>
          comparisonRows({
            title: titleOf(title, mode, base),
            unit: mode === "ratio" ? "times" : unit,
            base,
            answer: answers[signal],
            series: shownOf(draw(answers), hidden),
            zone,
          })
        }
      />
    ),
  };
  if (mode === "multiples") return <Multiples {...shared} />;
  const zeros = answers && mode === "ratio" ? zeroPoints(answers, signal, compared, base) : 0;
  return (
    <div>
      <ChartPanel
        {...shared}
        reference={referenceOf(mode, base)}
        scale={mode === "ratio" ? "ratio" : "linear"}
        hidden={hidden}
        onHidden={setHidden}
        height={HEIGHT}
        emptiness={emptinessOf(mode, compared, base)}
      />
      {zeros > 0 && (
        <p className={styles.note}>
          There is no ratio where one of the two is 0: {counted(zeros, "point")} left out.
        </p>
      )}
    </div>
  );
}

function titleOf(title: string, mode: Mode, base: Environment): string {
  if (mode === "difference") return `${title}: more or less than ${base.title}`;
  if (mode === "ratio") return `${title}: times that of ${base.title}`;
  return title;
}

/** The line of those that are no different. */
function referenceOf(mode: Mode, { title }: Environment) {
  if (mode === "ratio") return { value: 1, text: `as ${title}` };
  if (mode === "difference") return { value: 0, text: `as ${title}` };
  return undefined;
}

function emptinessOf(mode: Mode, compared: readonly Environment[], base: Environment): string {
  if (mode === "overlay") return "No environment has data in this range.";
  if (compared.length < 2) return `Choose a second environment to compare with ${base.title}.`;
  return `${base.title} or the others have no data in this range.`;
}
