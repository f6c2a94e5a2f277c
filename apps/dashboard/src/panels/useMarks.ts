import { useMemo } from "react";
import { useConfiguration } from "../api/ConfigurationContext.ts";
import type { PanelState } from "../api/panel-state.ts";
import { useRange } from "../api/useQuestion.ts";
import { deployMarks, marksWhilePresent, spanOf } from "../charts/marks.ts";
import type { Mark } from "../charts/types.ts";
import { marks } from "../lib/promql/catalogue.ts";
import type { GridSeries } from "../lib/series/series.ts";
import { lastOf, stepFor } from "../lib/time/grid.ts";
import { lengthOf } from "../lib/time/range.ts";
import type { Range } from "../lib/time/range.ts";
import type { Scope } from "./scope.ts";

/** What happened in a range. */
export interface Happened {
  /** Deploys, faults and alerts, in the order in which they began. */
  readonly marks: readonly Mark[];
  /** What still stood at the last point is not over. */
  readonly last: number;
}

const NONE: readonly Mark[] = [];

/** What can be drawn of what happened, as far as it is known. */
export function marksIn(state: PanelState<Happened>): readonly Mark[] {
  return state.kind === "shown" ? state.data.marks : NONE;
}

export function useMarks({ environments }: Scope, range: Range): PanelState<Happened> {
  const { scrape_interval_seconds } = useConfiguration();
  const step = stepFor(lengthOf(range), scrape_interval_seconds);
  // A point stands for its step: nothing may fall between two of them.
  const stretch = step > scrape_interval_seconds ? step : undefined;
  const names = environments.map(({ name }) => name);
  const state = useRange(marks({ environments: names }, stretch), range);
  const answers = state.kind === "shown" ? state.data : undefined;
  const happened = useMemo(() => {
    if (answers === undefined) return undefined;
    const { versions, faults, alerts } = answers;
    const found = [
      ...deployMarks(versions.series),
      ...marksWhilePresent("fault", faults.series, "fault_kind"),
      ...marksWhilePresent("alert", alerts.series.map(withTitle), "title"),
    ];
    const last = lastOf(versions.grid);
    return {
      marks: found
        .map((mark) => ("at" in mark ? mark : { ...mark, isOn: mark.end >= last }))
        .toSorted((one, other) => spanOf(one).start - spanOf(other).start),
      last,
    };
  }, [answers]);
  return state.kind === "shown" && happened
    ? { ...state, data: happened }
    : (state as PanelState<never>);
}

/** One name may fire at several severities, each for itself. */
function withTitle(series: GridSeries): GridSeries {
  const { alertname = "", severity } = series.labels;
  const title = severity === undefined ? alertname : `${alertname} (${severity})`;
  return { ...series, labels: { ...series.labels, title } };
}
