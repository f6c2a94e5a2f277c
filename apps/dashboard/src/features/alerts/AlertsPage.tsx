import { useMemo } from "react";
import type { ReactNode } from "react";
import { useRules } from "../../api/useQuestion.ts";
import { useNow } from "../../clock/ClockContext.ts";
import { placesOf, ruleNames } from "../../lib/alerts/rules.ts";
import { Headline } from "../../ui/Headline.tsx";
import { PanelFrame } from "../../ui/PanelFrame.tsx";
import { useView } from "../../view/useView.ts";
import { ActiveAlerts } from "./ActiveAlerts.tsx";
import { HistoryChart } from "./HistoryChart.tsx";
import { NamedRule } from "./NamedRule.tsx";
import { RuleList } from "./RuleList.tsx";
import { sentencesOf } from "./sentence.ts";
import { useHistory } from "./useHistory.ts";

const NONE: ReadonlySet<string> = new Set();

/** What fires, what fired, and what to do about it; `summary` tells the range as a story. */
export function AlertsPage({ summary }: { readonly summary: ReactNode }) {
  const view = useView();
  const now = useNow();
  const { environments, areAll, alert } = view;
  const state = useRules();
  const history = useHistory(view);
  const rules = state.kind === "shown" ? state.data : undefined;
  const places = useMemo(() => {
    const names = new Set(environments.map(({ name }) => name));
    return placesOf(rules ?? [], (one) => one === undefined || areAll || names.has(one));
  }, [rules, environments, areAll]);
  const recent =
    history.kind === "shown" ? new Set(history.data.lines.map(({ name }) => name)) : NONE;
  const isActive = places.some(({ entries }) => entries.some(({ name }) => name === alert));
  return (
    <>
      <Headline
        state={state}
        loading="Looking at the alerts…"
        say={(data) => sentencesOf(data, places, environments, now)}
      />
      {alert !== undefined && rules !== undefined && !isActive && (
        <NamedRule key={alert} name={alert} rules={rules} />
      )}
      <PanelFrame title="Now" unit="firing and pending" state={state} height={80}>
        {(data) => <ActiveAlerts rules={data} places={places} environments={environments} />}
      </PanelFrame>
      {summary}
      <PanelFrame
        title="History"
        unit="when alerts were active in the range"
        state={history}
        height={80}
        emptiness={({ lines }) => (lines.length === 0 ? "No alert in this range." : undefined)}
      >
        {(data) => <HistoryChart history={data} environments={environments} />}
      </PanelFrame>
      <PanelFrame title="Rules" state={state} height={40}>
        {(data) => <RuleList names={ruleNames(data, places, recent)} />}
      </PanelFrame>
    </>
  );
}
