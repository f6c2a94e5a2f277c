import { useCallback, useMemo } from "react";
import type { Environment } from "../../api/configuration.ts";
import type { PanelState } from "../../api/panel-state.ts";
import { useInstant, useRange } from "../../api/useQuestion.ts";
import { useNow } from "../../clock/ClockContext.ts";
import { momentJudged } from "../../lib/health/moment.ts";
import {
  lastMetrics,
  lastMetricsEver,
  lastScrape,
  marks,
  namedFew,
  recorded,
  recordedAll,
  targetsUp,
} from "../../lib/promql/catalogue.ts";
import type { Signal } from "../../lib/promql/catalogue.ts";
import type { Selection } from "../../lib/promql/catalogue.ts";
import { exceededSince } from "../../lib/series/exceeded.ts";
import type { GridSeries } from "../../lib/series/series.ts";
import type { View } from "../../view/selection.ts";
import { factsIn, rowsOf, silentPlanes } from "./rows.ts";
import type { EnvironmentRow } from "./rows.ts";
import type { Since } from "./sentence.ts";

/** The signals that the page shows, in the order of its columns. */
export const SHOWN = ["requests", "errors", "p95", "active"] as const satisfies Signal[];

export type ShownSignal = (typeof SHOWN)[number];

export interface Overview {
  /** The rows' own question; its data are the rows. */
  readonly state: PanelState<readonly EnvironmentRow[]>;
  /** The line of an environment's signal, undefined while there is none. */
  readonly line: (environment: string, signal: ShownSignal) => GridSeries | undefined;
  readonly since: Since;
}

/** All that the overview knows of the chosen environments. */
export function useOverview(view: View): Overview {
  const { environments, every } = view;
  const names = environments.map(({ name }) => name);
  const selection = { environments: names };
  const now = useNow();
  const state = useInstant({
    environments: recordedAll("environment", SHOWN, selection),
    planes: recordedAll("data_plane", SHOWN, selection),
    up: targetsUp(selection),
    scraped: lastScrape(selection),
    metrics: lastMetrics(selection),
    alerts: marks(selection).alerts,
  });
  const answers = state.kind === "shown" ? state.data : undefined;
  const facts = useMemo(() => answers && factsIn(answers), [answers]);
  const silent = useMemo(
    () => (facts ? silentPlanes(environments, facts) : []),
    [environments, facts],
  );
  const past = useInstant(
    { past: lastMetricsEver({ ...selection, ...namedFew(silent) }) },
    { enabled: silent.length > 0 },
  );
  const range = useRange(signalsOf(selection, "environment"), view.range);
  const lines = range.kind === "shown" ? range.data : undefined;
  const line = useCallback(
    (environment: string, signal: ShownSignal) =>
      lines?.[signal].series.find(({ labels }) => labels["environment"] === environment),
    [lines],
  );
  const since: Since = (environment, signal) => {
    const limit = thresholdOf(
      environments.find(({ name }) => name === environment),
      signal,
    );
    const series = limit === undefined ? undefined : line(environment, signal as ShownSignal);
    return series && limit !== undefined ? exceededSince(series, limit) : undefined;
  };
  const known = past.kind === "shown" ? past.data.past : undefined;
  const moment = state.kind === "shown" ? momentJudged(state.at, now, every) : now;
  const rows = useMemo(
    () => facts && rowsOf(environments, facts, known, moment),
    [environments, facts, known, moment],
  );
  const withRows: PanelState<readonly EnvironmentRow[]> =
    state.kind === "shown" && rows ? { ...state, data: rows } : (state as PanelState<never>);
  return { state: withRows, line, since };
}

/** The expressions of the shown signals. */
export function signalsOf(
  selection: Selection,
  level: "environment" | "data_plane",
): Record<ShownSignal, string> {
  return {
    requests: recorded(level, "requests", selection),
    errors: recorded(level, "errors", selection),
    p95: recorded(level, "p95", selection),
    active: recorded(level, "active", selection),
  };
}

/** The threshold of a signal, undefined for one without. */
function thresholdOf(environment: Environment | undefined, signal: Signal): number | undefined {
  if (signal === "errors") return environment?.thresholds.error_ratio;
  if (signal === "p95") return environment?.thresholds.p95_seconds;
  return undefined;
}
