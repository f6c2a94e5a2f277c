import type { Labels } from "../series/series.ts";

/** One alert that is active: a rule is true for these labels. */
export interface ActiveAlert {
  readonly labels: Labels;
  readonly state: "firing" | "pending";
  /** Seconds since 1970. */
  readonly since: number;
  readonly value: number;
  readonly summary: string | undefined;
  readonly description: string | undefined;
}

/** An alerting rule; several may share a name, one for each severity or window. */
export interface AlertRule {
  readonly name: string;
  readonly severity: string;
  /** How long it has to be true before it fires, in seconds. */
  readonly patience: number;
  readonly expression: string;
  /** Why it cannot be evaluated; undefined while it can. */
  readonly error: string | undefined;
  /** What the rule says of itself, before labels are filled in. */
  readonly summary: string | undefined;
  readonly runbook: string | undefined;
  readonly alerts: readonly ActiveAlert[];
}

/** The alerts of one name in one environment. */
export interface Entry {
  readonly name: string;
  readonly environment: string | undefined;
  /** The worst of them. */
  readonly severity: string;
  readonly state: ActiveAlert["state"];
  /** When the first of them began; seconds since 1970. */
  readonly since: number;
  readonly runbook: string | undefined;
  /** The worst first. */
  readonly alerts: readonly ActiveAlert[];
}

/** Where alerts are: an environment, or the control plane where it is undefined. */
export interface Place {
  readonly environment: string | undefined;
  /** The worst first. */
  readonly entries: readonly Entry[];
}

/** Whether a place is shown. What hurts the control plane concerns every environment. */
export type IsShown = (environment: string | undefined) => boolean;

/** Always fires, so that its absence tells that the way of alerts is broken. */
export const WATCHDOG = "Watchdog";

const SEVERITIES = ["critical", "warning", "info"];

/** 0 is the worst; what nobody knows comes last. */
export function rankOf(severity: string): number {
  const rank = SEVERITIES.indexOf(severity);
  return rank < 0 ? SEVERITIES.length : rank;
}

/** What is active, by environment; the place with the worst alerts first. */
export function placesOf(rules: readonly AlertRule[], isShown: IsShown): Place[] {
  const active = rules
    .filter(({ name }) => name !== WATCHDOG)
    .flatMap((rule) => rule.alerts.map((alert) => ({ rule, alert })))
    .filter(({ alert }) => isShown(environmentOf(alert.labels)));
  const places = Map.groupBy(active, ({ alert }) => environmentOf(alert.labels));
  return [...places]
    .map(([environment, own]) => ({ environment, entries: entriesOf(environment, own) }))
    .toSorted((one, other) => compareEntries(one.entries[0], other.entries[0]));
}

interface Active {
  readonly rule: AlertRule;
  readonly alert: ActiveAlert;
}

function entriesOf(environment: string | undefined, active: readonly Active[]): Entry[] {
  const names = Map.groupBy(active, ({ rule }) => rule.name);
  return [...names]
    .map(([name, own]): Entry => {
      const alerts = own.map(({ alert }) => alert).toSorted(compareAlerts);
      return {
        name,
        environment,
        severity: severityOf(alerts[0]),
        state: alerts.some(({ state }) => state === "firing") ? "firing" : "pending",
        since: Math.min(...alerts.map(({ since }) => since)),
        runbook: own.find(({ rule }) => rule.runbook !== undefined)?.rule.runbook,
        alerts,
      };
    })
    .toSorted(compareEntries);
}

function compareAlerts(one: ActiveAlert, other: ActiveAlert): number {
  return (
    Number(one.state === "pending") - Number(other.state === "pending") ||
    rankOf(severityOf(one)) - rankOf(severityOf(other)) ||
    one.since - other.since
  );
}

function compareEntries(one: Entry | undefined, other: Entry | undefined): number {
  if (one === undefined || other === undefined) return 0;
  return (
    Number(one.state === "pending") - Number(other.state === "pending") ||
    rankOf(one.severity) - rankOf(other.severity) ||
    one.since - other.since ||
    one.name.localeCompare(other.name)
  );
}

export function severityOf(alert: ActiveAlert | undefined): string {
  return alert?.labels["severity"] ?? "none";
}

function environmentOf(labels: Labels): string | undefined {
  return labels["environment"] === "" ? undefined : labels["environment"];
}

/** How the rules are, each name once; without the one that always fires. */
export interface RuleName {
  readonly name: string;
  readonly rules: readonly AlertRule[];
  readonly state: "firing" | "pending" | "was active" | "quiet";
  /** Why one of them cannot be evaluated. */
  readonly error: string | undefined;
}

/** All names of rules; `recent` are those that were active within the range. */
export function ruleNames(
  rules: readonly AlertRule[],
  places: readonly Place[],
  recent: ReadonlySet<string>,
): RuleName[] {
  const entries = places.flatMap((place) => place.entries);
  const names = Map.groupBy(
    rules.filter(({ name }) => name !== WATCHDOG),
    ({ name }) => name,
  );
  return [...names]
    .map(([name, own]) => {
      const states = entries.filter((one) => one.name === name).map(({ state }) => state);
      const error = own.find((rule) => rule.error !== undefined)?.error;
      const past = recent.has(name) ? ("was active" as const) : ("quiet" as const);
      const state = states.includes("firing") ? ("firing" as const) : (states[0] ?? past);
      return { name, rules: own, state, error };
    })
    .toSorted((one, other) => one.name.localeCompare(other.name));
}
