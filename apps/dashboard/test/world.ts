import type { Configuration } from "../src/api/configuration.ts";
import type { Family } from "../src/lib/promql/chain.ts";
import { hash, wave } from "./noise.ts";

/** A made data plane. Times are seconds since 1970. */
export interface Plane {
  readonly id: string;
  readonly environment: string;
  /** Requests a second and p95 seconds on a normal day. */
  readonly rate: number;
  readonly p95: number;
  readonly errors: number;
  /** When its collector ended, so that its host refuses to be scraped. */
  stoppedAt?: number;
  /** When nothing could reach its host any more. */
  cutAt?: number;
  /** When its API ended; its collector still answers. */
  apiStoppedAt?: number;
  /** Families of metrics that it never sends. */
  lacks?: readonly Family[];
  /** Whether it sends metrics although nobody wrote it down. */
  isStranger?: boolean;
  slowFrom?: number;
  failingFrom?: number;
}

const RUNBOOKS = `# Runbooks

## LatencyHigh

Too many requests take **too long**.

- **Look:** which route? \`topk(5, route:http_latency_seconds:p95_1m)\`
- **Do:** roll back, or clear the fault.

## Watchdog

Always fires.
`;

/** Everything that a control plane would know, made up; what is wrong can be set. */
export class World {
  readonly environments: readonly string[];
  readonly planes: readonly Plane[];
  /** What is said beside every answer. */
  warnings: string[] = [];
  infos: string[] = [];
  /** Answers of the upstream in place of data. */
  outage: { status: number; body: string } | undefined;
  /** Environments that have sent nothing at all, ever. */
  readonly empty = new Set<string>();
  /** Templates that the site brought, as JSON by name. */
  readonly templates = new Map<string, string>();
  /** When Prometheus stopped to scrape. */
  scrapesEndedAt: number | undefined;
  /** Whether the rule that always fires does. */
  isWatched = true;
  /** Why the rule of latency cannot be evaluated. */
  ruleError = "";
  /** The runbooks; undefined where none were deployed. */
  runbooks: string | undefined = RUNBOOKS;

  constructor(shape: Readonly<Record<string, number>>) {
    this.environments = Object.keys(shape);
    this.planes = Object.entries(shape).flatMap(([environment, count]) =>
      Array.from({ length: count }, (_, index) => makePlane(environment, index + 1)),
    );
  }

  plane(id: string): Plane {
    const found = this.planes.find((one) => one.id === id);
    if (found === undefined) throw new Error(`there is no data plane ${id}`);
    return found;
  }

  configuration(): Configuration {
    return {
      version: "0.1.0",
      query: "thanos",
      refresh_seconds: 10,
      scrape_interval_seconds: 10,
      links: [{ name: "Prometheus", url: "http://localhost:9090" }],
      environments: this.environments.map((name, index) => ({
        name,
        slot: index + 1,
        title: name,
        data_planes: this.planes
          .filter(({ environment, isStranger }) => environment === name && !isStranger)
          .map(({ id }) => ({ id, host: id })),
        thresholds: { error_ratio: 0.05, p95_seconds: 0.5, freshness_seconds: 30 },
      })),
    };
  }

  /** Whether a data plane's metrics reach Prometheus at a time. */
  isSending(plane: Plane, time: number): boolean {
    const isOver = time >= this.#endOf(plane) || time >= (plane.apiStoppedAt ?? Infinity);
    return !isOver && !this.empty.has(plane.environment);
  }

  /** Whether a data plane's targets answer at a time. */
  isAnswering(plane: Plane, time: number): boolean {
    return time < this.#endOf(plane) && !this.empty.has(plane.environment);
  }

  /** When a data plane's targets last answered, up to a time; NaN if they never did. */
  answeredUntil(plane: Plane, time: number): number {
    if (this.empty.has(plane.environment)) return Number.NaN;
    return Math.min(this.#endOf(plane), time);
  }

  #endOf({ stoppedAt = Infinity, cutAt = Infinity }: Plane): number {
    return Math.min(stoppedAt, cutAt, this.scrapesEndedAt ?? Infinity);
  }
}

function makePlane(environment: string, number: number): Plane {
  const id = `dp-${environment}-${String(number).padStart(2, "0")}`;
  const luck = hash(id);
  return {
    id,
    environment,
    rate: 8 + 60 * luck,
    p95: 0.06 + 0.08 * hash(`${id} p95`),
    errors: 0.002 + 0.004 * luck,
  };
}

/** What a data plane's signal is at a time. */
export function valueOf(signal: string, plane: Plane, time: number): number {
  const slow = ramp(time, plane.slowFrom);
  const failing = ramp(time, plane.failingFrom);
  const shake = (scale: number) => 1 + scale * wave(`${plane.id} ${signal}`, time);
  const rate = plane.rate * (1 + 0.25 * Math.sin(time / 5000)) * (1 - 0.3 * slow);
  const p95 = plane.p95 * (1 + 9 * slow);
  switch (signal) {
    case "requests":
      return rate * shake(0.12);
    case "errors":
      return Math.max(0, (plane.errors + 0.12 * failing) * shake(0.5));
    case "p50":
      return p95 * 0.35 * shake(0.05);
    case "p95":
      return p95 * shake(0.15);
    case "p99":
      return p95 * 1.9 * shake(0.25);
    case "active":
      return Math.max(0, Math.round(rate * p95 * 0.6 * shake(0.3)));
    case "shop_orders_created_total":
      return rate * 0.09 * shake(0.2);
    case "shop_payments_total":
      return rate * 0.08 * shake(0.2);
    case "shop_cache_requests_total":
      return 0.93 * shake(0.03);
    case "shop_circuit_breaker_state":
      return slow < 1 ? 0 : Math.floor(time / 60) % 4 === 0 ? 1 : 2;
    default:
      return Math.abs(wave(`${plane.id} ${signal}`, time));
  }
}

/** 0 before, then up to 1 within two minutes. */
function ramp(time: number, from: number | undefined): number {
  return from === undefined ? 0 : Math.min(Math.max((time - from) / 120, 0), 1);
}
