import { WATCHDOG } from "../alerts/rules.ts";
import { oneOf } from "./matchers.ts";

/** What is measured of every service: the golden signals. */
export type Signal = "requests" | "errors" | "p50" | "p95" | "p99" | "active";

/** The shares of requests whose latency is measured. */
export const QUANTILES = ["p50", "p95", "p99"] as const satisfies Signal[];

export type Quantile = (typeof QUANTILES)[number];

export type Level = "environment" | "data_plane" | "route";

/** Whose series are wanted, always by name. */
export interface Selection {
  readonly environments: readonly string[];
  readonly dataPlanes?: readonly string[];
  readonly routes?: readonly string[];
}

/** So many names are asked for at most: they stand in an address, whose length servers limit. */
const MOST_NAMED = 50;

/** Data planes by name where they are few; of many, all of their environments are asked for. */
export function namedFew(dataPlanes: readonly string[]): Pick<Selection, "dataPlanes"> {
  return dataPlanes.length > MOST_NAMED ? {} : { dataPlanes };
}

/** How the rules of the control plane call the signals. */
const RECORDED: Readonly<Record<Signal, string>> = {
  requests: "http_requests:rate1m",
  errors: "http_errors:ratio_rate1m",
  p50: "http_latency_seconds:p50_1m",
  p95: "http_latency_seconds:p95_1m",
  p99: "http_latency_seconds:p99_1m",
  active: "http_active_requests:sum",
};

/** The targets of data planes, whatever their environment. */
export const JOB = 'job=~"dataplane-.+"';
export const BY_PLANE = "by (environment, data_plane_id)";
/** So many silent data planes of an environment are told apart. */
const SILENT_TOLD = 10;
const DURATION = "http_server_request_duration_seconds";

function labelsOf(selection: Selection): string {
  const { environments, dataPlanes, routes } = selection;
  const matchers = [oneOf("environment", environments)];
  if (dataPlanes) matchers.push(oneOf("data_plane_id", dataPlanes));
  if (routes) matchers.push(oneOf("http_route", routes));
  return matchers.join(",");
}

/** A golden signal as the control plane records it. */
export function recorded(level: Level, signal: Signal, selection: Selection): string {
  return `${level}:${RECORDED[signal]}{${labelsOf(selection)}}`;
}

/** Several golden signals at once; `signalOf` tells them apart in the answer. */
export function recordedAll(
  level: Level,
  signals: readonly Signal[],
  selection: Selection,
): string {
  const names = signals.map((signal) => `${level}:${RECORDED[signal]}`);
  return `{${oneOf("__name__", names)},${labelsOf(selection)}}`;
}

/** Which signal a series of `recordedAll` is. */
export function signalOf(name: string | undefined): Signal | undefined {
  const [, recordedName] = name?.split(/:(.*)/s) ?? [];
  const found = Object.entries(RECORDED).find(([, known]) => known === recordedName);
  return found?.[0] as Signal | undefined;
}

function rate(labels: string): string {
  return `sum ${BY_PLANE} (rate(${DURATION}_count{${labels}}[1m]))`;
}

/**
 * A golden signal from raw series, per data plane: one rule interval fresher than the recorded
 * one, and affordable for a single data plane up to an hour.
 */
export function raw(signal: Signal, selection: Selection): string {
  const all = `${JOB},${labelsOf(selection)}`;
  const served = `${all},http_route!="/health"`;
  const failed = `${served},http_response_status_code=~"5.."`;
  const quantile = (share: number) =>
    `histogram_quantile(${share}, sum by (environment, data_plane_id, le) ` +
    `(rate(${DURATION}_bucket{${served}}[1m]))) >= 0`;
  switch (signal) {
    case "requests":
      return rate(all);
    case "errors":
      return `(${rate(failed)} or ${rate(served)} * 0) / (${rate(served)} > 0)`;
    case "p50":
      return quantile(0.5);
    case "p95":
      return quantile(0.95);
    case "p99":
      return quantile(0.99);
    case "active":
      return `sum ${BY_PLANE} (http_server_active_requests{${all}})`;
  }
}

/** 1 where all targets of a data plane answered their last scrape, else 0. */
export function targetsUp(selection: Selection): string {
  return `min ${BY_PLANE} (up{${JOB},${labelsOf(selection)}})`;
}

/** When a data plane was last scraped, whether it answered or not; seconds since 1970. */
export function lastScrape(selection: Selection): string {
  return `max ${BY_PLANE} (timestamp(up{${JOB},${labelsOf(selection)}}))`;
}

/** When the newest metrics of a data plane's API came; seconds since 1970, absent without any. */
export function lastMetrics(selection: Selection): string {
  return `timestamp(${recorded("data_plane", "active", selection)})`;
}

/** The same for data planes that send none any more, from the last hour or else the last day. */
export function lastMetricsEver(selection: Selection): string {
  const seen = (span: string) => `max_over_time((${lastMetrics(selection)})[${span}])`;
  return `${seen("1h:10s")} or ${seen("1d:5m")}`;
}

/** What happens in the shop, per environment: name → expression. */
export function business(selection: Selection) {
  const all = `${JOB},${labelsOf(selection)}`;
  return {
    orders: `sum by (environment) (rate(shop_orders_created_total{${all}}[1m]))`,
    payments: `sum by (environment, payment_result) (rate(shop_payments_total{${all}}[1m]))`,
    paymentErrors: `sum by (environment) (rate(shop_payments_total{${all},payment_result="error"}[1m]))`,
    cacheHits:
      `sum by (environment) (rate(shop_cache_requests_total{${all},cache_result="hit"}[1m])) / ` +
      `(sum by (environment) (rate(shop_cache_requests_total{${all}}[1m])) > 0)`,
    breakers: `max by (environment, dependency) (shop_circuit_breaker_state{${all}})`,
    worstBreaker: `max by (environment) (shop_circuit_breaker_state{${all}})`,
    shed: `sum by (environment) (rate(shop_requests_shed_total{${all}}[1m]))`,
  } as const;
}

/**
 * What explains a change in a chart: name → expression; a series is there while it lasts. With a
 * stretch (seconds) also what came and went within it before each point.
 */
export function marks(selection: Selection, stretch?: number) {
  const all = `${JOB},${labelsOf(selection)}`;
  const within = (series: string) =>
    stretch === undefined ? series : `max_over_time(${series}[${stretch}s])`;
  const version = within(`target_info{${all},service_version!=""}`);
  const firing = within(`ALERTS{alertstate="firing",${labelsOf(selection)}}`);
  return {
    versions: `count by (environment, service_version) (${version})`,
    faults: `max by (environment, fault_kind) (${within(`shop_fault_active{${all}}`)}) > 0`,
    alerts: `count by (environment, alertname, severity) (${firing})`,
  } as const;
}

/**
 * The alerts of environments and of the control plane itself, while they are active; a stretch as
 * for `marks`. The one that always fires is left out.
 */
export function alertHistory({ environments }: Selection, stretch?: number): string {
  const places = oneOf("environment", [...environments, ""]);
  const series = `ALERTS{alertname!="${WATCHDOG}",${places}}`;
  const within = stretch === undefined ? series : `max_over_time(${series}[${stretch}s])`;
  return `count by (environment, alertname, severity, alertstate) (${within})`;
}

/**
 * Data planes that are awaited, while their API sends nothing: name → expression. Of each
 * environment some are told by name, and how many there are in all.
 */
export function silentPlanes({ environments }: Selection) {
  const expected = `data_plane:expected{${oneOf("environment", environments)}}`;
  const sending = recorded("data_plane", "active", { environments });
  const silent = `${expected} unless on (environment, data_plane_id) ${sending}`;
  return {
    silent: `topk by (environment) (${SILENT_TOLD}, ${silent})`,
    silentCounts: `count by (environment) (${silent})`,
  } as const;
}

/** A series as it was so many seconds before. */
export function earlier(series: string, seconds: number): string {
  return `${series} offset ${seconds}s`;
}
