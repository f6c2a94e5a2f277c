import { useMemo } from "react";
import type { Environment } from "../../api/configuration.ts";
import type { PanelState } from "../../api/panel-state.ts";
import { useRange } from "../../api/useQuestion.ts";
import { earlier, recorded } from "../../lib/promql/catalogue.ts";
import { deviationsOf } from "../../lib/rank/deviation.ts";
import type { Deviation } from "../../lib/rank/deviation.ts";
import type { GridSeries } from "../../lib/series/series.ts";
import { lastOf } from "../../lib/time/grid.ts";
import { lengthOf } from "../../lib/time/range.ts";
import type { View } from "../../view/selection.ts";

export interface Deviations {
  /** The worst first. */
  readonly found: readonly Deviation<Environment>[];
  /** The moment that is judged: the end of the range, in seconds since 1970. */
  readonly at: number;
}

/** Which of the chosen environments deviate, and from what. */
export function useDeviations({ environments, range }: View): PanelState<Deviations> {
  const selection = { environments: environments.map(({ name }) => name) };
  const requests = recorded("environment", "requests", selection);
  const state = useRange(
    {
      errors: recorded("environment", "errors", selection),
      p95: recorded("environment", "p95", selection),
      requests,
      earlier: earlier(requests, lengthOf(range)),
    },
    range,
  );
  const answers = state.kind === "shown" ? state.data : undefined;
  const deviations = useMemo(() => {
    if (answers === undefined) return undefined;
    const all = environments.map((environment) => {
      const own = (series: readonly GridSeries[]) =>
        series.find(({ labels }) => labels["environment"] === environment.name);
      return {
        environment,
        line: (signal: string) =>
          signal === "errors" || signal === "p95" || signal === "requests"
            ? own(answers[signal].series)
            : undefined,
        earlier: own(answers.earlier.series),
      };
    });
    return { found: deviationsOf(all), at: lastOf(answers.p95.grid) };
  }, [answers, environments]);
  return state.kind === "shown" && deviations
    ? { ...state, data: deviations }
    : (state as PanelState<never>);
}
