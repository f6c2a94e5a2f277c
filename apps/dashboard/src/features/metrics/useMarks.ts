import { useMemo } from "react";
import { useConfiguration } from "../../api/ConfigurationContext.ts";
import type { PanelState } from "../../api/panel-state.ts";
import { useRange } from "../../api/useQuestion.ts";
import { deployMarks, marksWhilePresent, spanOf } from "../../charts/marks.ts";
import type { Mark } from "../../charts/types.ts";
import { marks } from "../../lib/promql/catalogue.ts";
import type { GridSeries } from "../../lib/series/series.ts";
import { lastOf, stepFor } from "../../lib/time/grid.ts";
import { lengthOf } from "../../lib/time/range.ts";
import type { Range } from "../../lib/time/range.ts";
import type { Scope } from "./scope.ts";

/** What happened in a range. */
export interface Happened {
  /** Deploys, faults and alerts, in the order in which they began. */
  readonly marks: readonly Mark[];
  /** What still stood at the last point is not over. */
  readonly last: number;
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
      ...marksWhilePresent("alert", alerts.series.map(withSeverity), "alertname"),
    ];
    return {
      marks: found.toSorted((one, other) => spanOf(one).start - spanOf(other).start),
      last: lastOf(versions.grid),
    };
  }, [answers]);
  return state.kind === "shown" && happened
    ? { ...state, data: happened }
    : (state as PanelState<never>);
}

/** One name may fire at several severities, each for itself. */
function withSeverity(series: GridSeries): GridSeries {
  const { alertname, severity } = series.labels;
  if (alertname === undefined || severity === undefined) return series;
  return { ...series, labels: { ...series.labels, alertname: `${alertname} (${severity})` } };
}
