import { useMemo } from "react";
import { useConfiguration } from "../../api/ConfigurationContext.ts";
import type { PanelState } from "../../api/panel-state.ts";
import { useRange } from "../../api/useQuestion.ts";
import { eventsOf } from "../../lib/incident/events.ts";
import type { Summary } from "../../lib/incident/markdown.ts";
import { headlineOf, scopeOf, tell } from "../../lib/incident/words.ts";
import { alertHistory, marks, recorded, silentPlanes } from "../../lib/promql/catalogue.ts";
import { lastOf, stretchFor } from "../../lib/time/grid.ts";
import type { View } from "../../view/selection.ts";

/** What happened in the range, in the chosen environments, in words. */
export function useIncident({ environments, range }: View, zone: string): PanelState<Summary> {
  const { scrape_interval_seconds } = useConfiguration();
  const selection = { environments: environments.map(({ name }) => name) };
  const stretch = stretchFor(range, scrape_interval_seconds);
  const { versions, faults } = marks(selection, stretch);
  const state = useRange(
    {
      alerts: alertHistory(selection, stretch),
      errors: recorded("environment", "errors", selection),
      p95: recorded("environment", "p95", selection),
      versions,
      faults,
      ...silentPlanes(selection),
    },
    range,
  );
  const answers = state.kind === "shown" ? state.data : undefined;
  const summary = useMemo(() => {
    if (answers === undefined) return undefined;
    const { grid } = answers.alerts;
    const evidence = {
      alerts: answers.alerts.series,
      errors: answers.errors.series,
      p95: answers.p95.series,
      versions: answers.versions.series,
      faults: answers.faults.series,
      silent: answers.silent.series,
      silentCounts: answers.silentCounts.series,
    };
    const events = eventsOf(evidence, environments, grid);
    const span = { start: grid.start, end: lastOf(grid) };
    const titles = environments.map(({ title }) => title);
    return {
      headline: headlineOf(events, zone),
      scope: scopeOf(span, titles, zone),
      told: events.map((event) => tell(event, zone)),
    };
  }, [answers, environments, zone]);
  return state.kind === "shown" && summary
    ? { ...state, data: summary }
    : (state as PanelState<never>);
}
