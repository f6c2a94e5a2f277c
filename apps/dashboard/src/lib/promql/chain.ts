import { BY_PLANE, JOB } from "./catalogue.ts";
import type { Selection } from "./catalogue.ts";
import { oneOf } from "./matchers.ts";

/** Whose chain is asked for; what is left open means all, those that nobody expects included. */
export type Whose = Partial<Selection>;

/** The kinds of metrics that a data plane sends, each with one that stands for it. */
const FAMILIES = {
  requests: ["http_server_request_duration_seconds_count"],
  latency: ["http_server_request_duration_seconds_bucket", 'le="+Inf"'],
  active: ["http_server_active_requests"],
  sizes: ["http_server_response_body_size_bytes_count"],
  business: ["shop_orders_created_total"],
  cache: ["shop_cache_requests_total"],
  breakers: ["shop_circuit_breaker_state"],
  host: ["system_memory_usage_bytes"],
} as const satisfies Record<string, readonly [name: string, ...matchers: string[]]>;

export type Family = keyof typeof FAMILIES;

export const FAMILY_NAMES = Object.keys(FAMILIES) as Family[];

function matchersOf({ environments, dataPlanes }: Whose): string[] {
  return [
    ...(environments ? [oneOf("environment", environments)] : []),
    ...(dataPlanes ? [oneOf("data_plane_id", dataPlanes)] : []),
  ];
}

function series(name: string, whose: Whose, ...matchers: string[]): string {
  return `${name}{${[JOB, ...matchers, ...matchersOf(whose)].join(",")}}`;
}

/** 1 for each target that answered its last scrape, else 0. */
export function targets(whose: Whose): string {
  return series("up", whose);
}

/** When each target was last scraped, whether it answered or not; seconds since 1970. */
export function targetScrapes(whose: Whose): string {
  return `timestamp(${targets(whose)})`;
}

/** When anybody at all was last scraped, the control plane included; seconds since 1970. */
export const ANY_SCRAPE = "max(timestamp(up))";

/** How long each target's last scrape took until its answer or its failure, in seconds. */
export function scrapeSeconds(whose: Whose): string {
  return series("scrape_duration_seconds", whose);
}

/** How many samples each target's last scrape brought, those included that were thrown away. */
export function scrapedSamples(whose: Whose): string {
  return series("scrape_samples_scraped", whose);
}

/** One series for each data plane that the inventory has. */
export function expectedPlanes(whose: Whose): string {
  return `data_plane:expected{${matchersOf(whose).join(",")}}`;
}

/**
 * When an API's metrics last reached its collector, as the collector counts them; seconds since
 * 1970, or 0 where none did within five minutes.
 */
export function lastSent(whose: Whose, scrapeInterval: number): string {
  const count = series("otelcol_receiver_accepted_metric_points", whose, 'receiver="otlp"');
  const every = `${scrapeInterval}s`;
  const rise = `timestamp(${count}) and ${count} > ${count} offset ${every}`;
  return `max ${BY_PLANE} (max_over_time((${rise})[5m:${every}]) or ${count} * 0)`;
}

/** When the newest metrics of each API were recorded; seconds since 1970, absent without any. */
export function lastRecorded(whose: Whose): string {
  return `timestamp(data_plane:http_active_requests:sum{${matchersOf(whose).join(",")}})`;
}

/** When the newest metrics of each family came, told apart by the label `family`. */
export function families(whose: Whose): string {
  return FAMILY_NAMES.map((family) => {
    const [name, ...matchers] = FAMILIES[family];
    const newest = `max ${BY_PLANE} (timestamp(${series(name, whose, ...matchers)}))`;
    return `label_replace(${newest}, "family", "${family}", "", "")`;
  }).join(" or ");
}

/** When each data plane last answered a scrape, from the last hour or else the last day. */
export function lastAnswer(whose: Whose): string {
  const up = targets(whose);
  const seen = (span: string) => `max_over_time((timestamp(${up}) and ${up} == 1)[${span}])`;
  return `max ${BY_PLANE} (${seen("1h:10s")} or ${seen("1d:5m")})`;
}
