import { signalOf } from "../src/lib/promql/catalogue.ts";
import { chainAt } from "./chain.ts";
import { hash } from "./noise.ts";
import { alertsAt } from "./rules.ts";
import { valueOf } from "./world.ts";
import type { Plane, World } from "./world.ts";

/** One series' value. */
export interface Point {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const ROUTES = ["/api/products", "/api/orders", "/api/payments", "/api/search", "/api/reports"];

/** What an expression of the catalogue comes to at a time. It reads no other PromQL. */
export function evaluate(world: World, expression: string, time: number): Point[] {
  const [, series = expression, seconds] = /^(.*) offset (\d+)s$/.exec(expression) ?? [];
  if (seconds !== undefined) return evaluate(world, series, time - Number(seconds));
  const chosen = chosenBy(expression, world.planes);
  if (expression.includes(" unless ")) return silent(world, expression, chosen, time);
  const chain = chainAt(world, expression, chosen, time);
  if (chain !== undefined) return chain.filter(({ value }) => !Number.isNaN(value));
  const sending = chosen.filter((plane) => world.isSending(plane, time));
  const mark = markAt(world, expression, sending, time);
  if (mark !== undefined) return mark;
  if (expression.includes("max_over_time"))
    return times(chosen, (one) => lastSeen(world, one, time));
  if (expression.startsWith("timestamp(data_plane:")) return times(sending, () => time - 4);
  if (expression.includes("timestamp(up{")) return scraped(world, chosen, () => time - 3, time);
  if (expression.includes("(up{")) {
    return scraped(world, chosen, (one) => Number(world.isAnswering(one, time)), time);
  }
  const names = /^\{__name__=~?"([^"]+)"/.exec(expression)?.[1]?.split("|");
  const recorded = names ?? /^(\w+:\w+:\w+)\{/.exec(expression)?.slice(1);
  if (recorded) return recorded.flatMap((name) => recordedAt(name, sending, time));
  return groupedAt(expression, sending, time);
}

/** Data planes that are awaited and send nothing: their number by environment, or some of them. */
function silent(world: World, expression: string, chosen: readonly Plane[], time: number): Point[] {
  const found = chosen.filter(
    (plane) => !world.isSending(plane, time) && !world.empty.has(plane.environment),
  );
  const most = Number(/^topk by \(environment\) \((\d+),/.exec(expression)?.[1]);
  const groups = Map.groupBy(found, ({ environment }) => environment);
  return [...groups].flatMap(([environment, own]) =>
    expression.startsWith("count")
      ? [{ labels: { environment }, value: own.length }]
      : times(own.slice(0, most), () => 1),
  );
}

/** Whom expressions are about: a range asks for the same at each of its points. */
const chosenOf = new WeakMap<readonly Plane[], Map<string, Plane[]>>();
const REMEMBERED = 100;

/** The data planes that an expression's matchers let through. */
export function chosenBy(expression: string, planes: readonly Plane[]): Plane[] {
  let known = chosenOf.get(planes);
  if (known === undefined || known.size > REMEMBERED) chosenOf.set(planes, (known = new Map()));
  const before = known.get(expression);
  if (before !== undefined) return before;
  const environments = valuesOf("environment", expression);
  const ids = valuesOf("data_plane_id", expression);
  const chosen = planes.filter(
    ({ id, environment }) => (environments?.test(environment) ?? true) && (ids?.test(id) ?? true),
  );
  known.set(expression, chosen);
  return chosen;
}

function valuesOf(label: string, expression: string): RegExp | undefined {
  const text = new RegExp(`\\b${label}=~?"([^"]*)"`).exec(expression)?.[1];
  return text === undefined ? undefined : new RegExp(`^(?:${text})$`);
}

function ofPlane({ environment, id }: Plane) {
  return { environment, data_plane_id: id };
}

function times(planes: readonly Plane[], each: (plane: Plane) => number): Point[] {
  return planes
    .map((plane) => ({ labels: ofPlane(plane), value: each(plane) }))
    .filter(({ value }) => !Number.isNaN(value));
}

const LOOK_BACK = 300;

/** Targets are scraped whether they answer or not, and remembered for five minutes. */
function scraped(
  world: World,
  planes: Plane[],
  value: (plane: Plane) => number,
  time: number,
): Point[] {
  const ended = world.scrapesEndedAt ?? Infinity;
  const known = planes.filter(({ environment }) => !world.empty.has(environment));
  if (time < ended) return times(known, value);
  return time - ended > LOOK_BACK ? [] : times(known, (one) => Math.min(value(one), ended));
}

function lastSeen(world: World, plane: Plane, time: number): number {
  return Math.min(plane.apiStoppedAt ?? time, world.answeredUntil(plane, time));
}

/** What explains a change in a chart, undefined for any other expression. */
function markAt(
  world: World,
  expression: string,
  planes: readonly Plane[],
  time: number,
): Point[] | undefined {
  if (expression.includes("ALERTS{")) return alerts(world, expression, planes, time);
  if (expression.includes("target_info")) {
    return byEnvironment(planes, "shop", time).map(({ labels }) => ({
      labels: { ...labels, service_version: time % 172_800 < 86_400 ? "0.1.0" : "0.2.0" },
      value: 1,
    }));
  }
  if (!expression.includes("shop_fault_active")) return undefined;
  const slow = planes.filter(({ slowFrom }) => slowFrom !== undefined && time >= slowFrom);
  return byEnvironment(slow, "shop", time).map(({ labels }) => ({
    labels: { ...labels, fault_kind: "latency" },
    value: 1,
  }));
}

/** As series: those that fire, or where the state is asked for, those that are pending as well. */
function alerts(world: World, expression: string, planes: readonly Plane[], time: number): Point[] {
  const chosen = new Set(planes.map(({ environment }) => environment));
  const found = alertsAt(world, time).filter(({ environment }) => chosen.has(environment));
  const hasState = expression.includes("severity, alertstate)");
  return found
    .filter(({ state }) => hasState || state === "firing")
    .map(({ environment, state }) => ({
      labels: {
        environment,
        alertname: "LatencyHigh",
        severity: "critical",
        ...(hasState ? { alertstate: state } : {}),
      },
      value: 1,
    }));
}

function recordedAt(name: string, planes: readonly Plane[], time: number): Point[] {
  const signal = signalOf(name) ?? name;
  if (name.startsWith("data_plane:")) {
    return planes.map((plane) => ({
      labels: { __name__: name, ...ofPlane(plane) },
      value: valueOf(signal, plane, time),
    }));
  }
  const labelled = byEnvironment(planes, signal, time).map(({ labels, value }) => ({
    labels: { __name__: name, ...labels },
    value,
  }));
  if (!name.startsWith("route:")) return labelled;
  return labelled.flatMap(({ labels, value }) =>
    ROUTES.map((route) => ({
      labels: { ...labels, http_route: route },
      value: value * (0.4 + 1.2 * hash(route)) * (signal === "requests" ? 0.25 : 1),
    })),
  );
}

/** So many data planes stand for all of a larger environment. */
const SPOKESMEN = 20;

/** Rates add up; quantiles and ratios are those of all requests, weighed. */
function byEnvironment(planes: readonly Plane[], signal: string, time: number): Point[] {
  const groups = Map.groupBy(planes, ({ environment }) => environment);
  return [...groups].map(([environment, all]) => {
    const one = Math.ceil(all.length / SPOKESMEN);
    const members = all.filter((_, place) => place % one === 0);
    const sum = (of: (plane: Plane) => number) =>
      members.reduce((before, each) => before + of(each), 0);
    const total = sum((each) => valueOf(signal, each, time)) * (all.length / members.length);
    const weighed =
      sum((each) => valueOf(signal, each, time) * each.rate) / sum(({ rate }) => rate);
    if (signal === "shop_circuit_breaker_state") {
      const worst = Math.max(...members.map((each) => valueOf(signal, each, time)));
      return { labels: { environment }, value: worst };
    }
    const adds = ["requests", "active"].includes(signal) || /^shop_(orders|payments)/.test(signal);
    return { labels: { environment }, value: adds ? total : weighed };
  });
}

/** Label values that the shop's metrics are split by, and their shares. */
const SHARES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  payment_result: { authorised: 0.93, declined: 0.06, error: 0.01 },
  dependency: { stock: 0, fraud: 0, gateway: 1 },
};

function groupedAt(expression: string, planes: readonly Plane[], time: number): Point[] {
  const signal = rawSignal(expression);
  if (signal !== undefined) {
    return planes.map((plane) => ({ labels: ofPlane(plane), value: valueOf(signal, plane, time) }));
  }
  const name = /shop_\w+/.exec(expression)?.[0] ?? expression;
  const plain = byEnvironment(planes, name, time);
  const [label, shares] = Object.entries(SHARES).find(([one]) => expression.includes(one)) ?? [];
  if (label === undefined || shares === undefined) return plain;
  const wanted = new RegExp(`${label}="(\\w+)"`).exec(expression)?.[1];
  return plain.flatMap(({ labels, value }) =>
    Object.entries(shares)
      .filter(([one]) => wanted === undefined || one === wanted)
      .map(([one, share]) => ({
        labels: wanted === undefined ? { ...labels, [label]: one } : labels,
        value: value * share,
      })),
  );
}

function rawSignal(expression: string): string | undefined {
  const quantile = /histogram_quantile\(0\.(\d+)/.exec(expression)?.[1];
  if (quantile !== undefined) return `p${quantile.padEnd(2, "0")}`;
  if (expression.includes('=~"5.."')) return "errors";
  if (expression.includes("http_server_request_duration_seconds_count")) return "requests";
  return expression.includes("http_server_active_requests") ? "active" : undefined;
}
