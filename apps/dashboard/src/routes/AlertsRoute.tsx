import { AlertsPage } from "../features/alerts/AlertsPage.tsx";
import { IncidentSummary } from "../features/incident/IncidentSummary.tsx";

/** Two features on one page: what alerts say, and what they and all else add up to. */
export function AlertsRoute() {
  return <AlertsPage summary={<IncidentSummary />} />;
}
