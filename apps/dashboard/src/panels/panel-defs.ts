import type { Sampling } from "../charts/options.ts";
import type { LineKind, Threshold } from "../charts/types.ts";
import type { Extent } from "../charts/value-axis.ts";
import { format } from "../lib/format/units.ts";
import type { Unit } from "../lib/format/units.ts";
import { listed } from "../lib/format/words.ts";
import { QUANTILES, business, raw, recorded } from "../lib/promql/catalogue.ts";
import type { Signal } from "../lib/promql/catalogue.ts";
import { selectionOf } from "./scope.ts";
import type { Scope } from "./scope.ts";

/** One panel of the page. */
export interface Panel {
  /** The same whatever the scope is. */
  readonly id: string;
  readonly title: string;
  readonly note?: string;
  readonly unit: Unit;
  readonly kind: LineKind;
  /** PromQL by name; several are told apart by it. */
  readonly questions: Readonly<Record<string, string>>;
  /** The label that tells the lines of one environment apart. */
  readonly by?: "http_route" | "payment_result" | "dependency";
  readonly thresholds?: readonly Threshold[];
  readonly sampling?: Sampling;
  /** The values that are always on the axis. */
  readonly extent?: Extent;
}

/** Panels that answer one kind of question. */
export interface Section {
  readonly title: string;
  /** Whether the chosen percentile is among its panels. */
  readonly hasQuantile: boolean;
  readonly panels: readonly Panel[];
}

/** All panels of the page, in reading order. Routes are those of one environment. */
export function sectionsOf(scope: Scope): Section[] {
  const sections = [
    { title: "Requests", hasQuantile: !scope.only, panels: goldenPanels(scope) },
    { title: "Shop", hasQuantile: false, panels: shopPanels(scope) },
  ];
  const routes = { title: "By route", hasQuantile: true, panels: routePanels(scope) };
  return scope.only ? [...sections, routes] : sections;
}

/** More areas over each other are one grey. */
const MOST_AREAS = 4;

/** The golden signals, which are looked at first. */
export function goldenPanels(scope: Scope): Panel[] {
  return [
    {
      id: "requests",
      title: "Request rate",
      unit: "requests/s",
      kind: "line",
      questions: { requests: golden("requests", scope) },
    },
    latencyPanel(scope),
    {
      id: "errors",
      title: "Error rate",
      unit: "ratio",
      kind: "line",
      questions: { errors: golden("errors", scope) },
      thresholds: limits(scope, "ratio", ({ thresholds }) => thresholds.error_ratio),
      sampling: "minmax",
    },
    {
      id: "active",
      title: "Active requests",
      unit: "count",
      kind: scope.environments.length > MOST_AREAS ? "line" : "area",
      questions: { active: golden("active", scope) },
    },
  ];
}

/** All percentiles of one environment, or one percentile of several. */
function latencyPanel(scope: Scope): Panel {
  const { only, quantile } = scope;
  const shown = only ? QUANTILES : [quantile];
  const p95 = limits(scope, "seconds", ({ thresholds }) => thresholds.p95_seconds);
  return {
    id: "latency",
    title: only ? "Latency" : `Latency ${quantile}`,
    unit: "seconds",
    kind: "line",
    questions: Object.fromEntries(shown.map((one) => [one, golden(one, scope)])),
    ...(shown.includes("p95") && {
      thresholds: p95.map(({ value, text }) => ({ value, text: only ? `p95 ${text}` : text })),
    }),
  };
}

function shopPanels(scope: Scope): Panel[] {
  const { only } = scope;
  const ask = business(selectionOf(scope));
  return [
    {
      id: "orders",
      title: "Orders",
      unit: "events/s",
      kind: "line",
      questions: { orders: ask.orders },
    },
    {
      id: "payments",
      unit: "events/s",
      kind: "line",
      ...(only
        ? { title: "Payments", questions: { payments: ask.payments }, by: "payment_result" }
        : { title: "Payments in error", questions: { payments: ask.paymentErrors } }),
    },
    {
      id: "cache",
      title: "Cache hits",
      unit: "ratio",
      kind: "line",
      questions: { cache: ask.cacheHits },
    },
    {
      id: "breakers",
      title: "Circuit breakers",
      unit: "breaker",
      extent: { low: 0, high: 2 },
      kind: "line",
      ...(only
        ? { questions: { breakers: ask.breakers }, by: "dependency" }
        : { questions: { breakers: ask.worstBreaker } }),
      sampling: "minmax",
    },
  ];
}

/** Rules record routes per environment alone. */
function routePanels(scope: Scope): Panel[] {
  const selection = { environments: scope.environments.map(({ name }) => name) };
  const shared = {
    kind: "line",
    by: "http_route",
    ...(scope.plane && (scope.only?.data_planes.length ?? 0) > 1
      ? { note: "of all data planes" }
      : {}),
  } as const;
  return [
    {
      ...shared,
      id: "route-requests",
      title: "Request rate by route",
      unit: "requests/s",
      questions: { requests: recorded("route", "requests", selection) },
    },
    {
      ...shared,
      id: "route-latency",
      title: `Latency ${scope.quantile} by route`,
      unit: "seconds",
      questions: { [scope.quantile]: recorded("route", scope.quantile, selection) },
    },
    {
      ...shared,
      id: "route-errors",
      title: "Error rate by route",
      unit: "ratio",
      questions: { errors: recorded("route", "errors", selection) },
      sampling: "minmax",
    },
  ];
}

function golden(signal: Signal, scope: Scope): string {
  const selection = selectionOf(scope);
  if (scope.isRaw) return raw(signal, selection);
  return recorded(scope.plane ? "data_plane" : "environment", signal, selection);
}

/** The environments' limits, each value once; where they differ, with whose it is. */
function limits(
  { environments }: Scope,
  unit: Unit,
  valueOf: (environment: Scope["environments"][number]) => number,
): Threshold[] {
  const groups = [...Map.groupBy(environments, valueOf)];
  return groups.map(([value, members]) => {
    const whose = groups.length > 1 ? ` of ${listed(members.map(({ title }) => title))}` : "";
    return { value, text: `limit ${format(unit, value)}${whose}` };
  });
}
