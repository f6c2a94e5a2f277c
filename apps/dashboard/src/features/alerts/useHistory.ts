import { useMemo } from "react";
import { useConfiguration } from "../../api/ConfigurationContext.ts";
import type { PanelState } from "../../api/panel-state.ts";
import { useRange } from "../../api/useQuestion.ts";
import { historyOf } from "../../lib/alerts/history.ts";
import type { HistoryLine } from "../../lib/alerts/history.ts";
import { alertHistory } from "../../lib/promql/catalogue.ts";
import { stretchFor } from "../../lib/time/grid.ts";
import type { Grid } from "../../lib/time/grid.ts";
import type { View } from "../../view/selection.ts";

export interface History {
  readonly lines: readonly HistoryLine[];
  readonly grid: Grid;
}

/** When which alerts were active in the range, in the chosen environments. */
export function useHistory({ environments, range }: View): PanelState<History> {
  const { scrape_interval_seconds } = useConfiguration();
  const selection = { environments: environments.map(({ name }) => name) };
  const stretch = stretchFor(range, scrape_interval_seconds);
  const state = useRange({ alerts: alertHistory(selection, stretch) }, range);
  const answer = state.kind === "shown" ? state.data.alerts : undefined;
  const history = useMemo(
    () => answer && { lines: historyOf(answer.series), grid: answer.grid },
    [answer],
  );
  return state.kind === "shown" && history
    ? { ...state, data: history }
    : (state as PanelState<never>);
}
