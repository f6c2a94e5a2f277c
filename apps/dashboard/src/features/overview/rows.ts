import type { DataPlane, Environment } from "../../api/configuration.ts";
import type { InstantAnswer } from "../../api/prometheus.ts";
import {
  judgeDataPlane,
  judgeEnvironment,
  judgeSignals,
  worstFirst,
} from "../../lib/health/health.ts";
import type { Judgement } from "../../lib/health/health.ts";
import { signalOf } from "../../lib/promql/catalogue.ts";
import type { Signal } from "../../lib/promql/catalogue.ts";
import type { Labels } from "../../lib/series/series.ts";

export type Values = Readonly<Partial<Record<Signal, number>>>;

interface Line extends Judgement {
  readonly values: Values;
  /** When the newest metrics came, in seconds since 1970; of several data planes the oldest. */
  readonly metricsAt: number | null | undefined;
  /** Whether newer ones should have come. */
  readonly isLate: boolean;
  /** Whether a part of the data is missing. */
  readonly isPartial: boolean;
}

export interface PlaneRow extends Line {
  readonly plane: DataPlane;
}

export interface EnvironmentRow extends Line {
  readonly environment: Environment;
  readonly planes: readonly PlaneRow[];
  readonly alerts: number;
}

/** The answers to what the page asks at every tick. */
export type Answers = Readonly<
  Record<"environments" | "planes" | "up" | "scraped" | "metrics" | "alerts", InstantAnswer>
>;

/** Everything that is known of everybody, by name. */
export interface Facts {
  readonly values: ReadonlyMap<string, Values>;
  readonly up: ReadonlyMap<string, number>;
  readonly scraped: ReadonlyMap<string, number>;
  readonly metrics: ReadonlyMap<string, number>;
  readonly alerts: ReadonlyMap<string, number>;
  readonly isPartial: boolean;
}

export function factsIn(answers: Answers): Facts {
  return {
    values: new Map([...valuesIn(answers.environments), ...valuesIn(answers.planes)]),
    up: numbersIn(answers.up),
    scraped: numbersIn(answers.scraped),
    metrics: numbersIn(answers.metrics),
    alerts: sumsIn(answers.alerts),
    isPartial: Object.values(answers).some(({ partial }) => partial.length > 0),
  };
}

/** Data planes without metrics now, whose last ones have to be looked for. */
export function silentPlanes(environments: readonly Environment[], facts: Facts): string[] {
  return environments.flatMap(({ name, data_planes }) =>
    data_planes.filter(({ id }) => !facts.metrics.has(keyOf(name, id))).map(({ id }) => id),
  );
}

/** One row per environment, the worst first. `past` is undefined until it was looked for. */
export function rowsOf(
  environments: readonly Environment[],
  facts: Facts,
  past: InstantAnswer | undefined,
  now: number,
): EnvironmentRow[] {
  const before = past && numbersIn(past);
  const isPartial = facts.isPartial || (past?.partial.length ?? 0) > 0;
  const all = { ...facts, isPartial };
  return worstFirst(environments.map((one) => environmentRow(one, all, before, now)));
}

function environmentRow(
  environment: Environment,
  facts: Facts,
  before: ReadonlyMap<string, number> | undefined,
  now: number,
): EnvironmentRow {
  const { name, data_planes, thresholds } = environment;
  const { isPartial } = facts;
  const never = isPartial ? undefined : null;
  const planes = data_planes.map((plane): PlaneRow => {
    const key = keyOf(name, plane.id);
    const values = facts.values.get(key) ?? {};
    const metricsAt = facts.metrics.get(key) ?? (before && (before.get(key) ?? never));
    const up = facts.up.get(key);
    const evidence = {
      now,
      metricsAt,
      scrapedAt: facts.scraped.get(key) ?? never,
      isUp: up === undefined ? undefined : up === 1,
      errorRatio: values.errors,
      p95Seconds: values.p95,
      isPartial,
    };
    const judgement = judgeDataPlane(evidence, thresholds);
    const isLate = judgement.health === "stale" || judgement.health === "down";
    return { plane, values, metricsAt, isLate, isPartial, ...judgement };
  });
  const values = facts.values.get(name) ?? {};
  const signals = judgeSignals({ errorRatio: values.errors, p95Seconds: values.p95 }, thresholds);
  return {
    environment,
    planes: worstFirst(planes),
    values,
    isLate: planes.some(({ isLate }) => isLate),
    isPartial,
    metricsAt: oldest(planes.map(({ metricsAt }) => metricsAt)),
    alerts: facts.alerts.get(name) ?? 0,
    ...judgeEnvironment(planes, signals),
  };
}

function oldest(times: readonly (number | null | undefined)[]): number | null | undefined {
  if (times.length === 0 || times.includes(undefined)) return undefined;
  if (times.includes(null)) return null;
  return Math.min(...times.filter((time) => typeof time === "number"));
}

/** Environments have their own name, data planes have that of their environment before theirs. */
function keyOf(environment: string | undefined, dataPlane: string | undefined): string {
  return dataPlane === undefined ? (environment ?? "") : `${environment}/${dataPlane}`;
}

function keyIn(labels: Labels): string {
  return keyOf(labels["environment"], labels["data_plane_id"]);
}

function valuesIn({ samples }: InstantAnswer): Map<string, Values> {
  const found = new Map<string, Partial<Record<Signal, number>>>();
  for (const { labels, value } of samples) {
    const signal = signalOf(labels["__name__"]);
    if (signal === undefined || Number.isNaN(value)) continue;
    const key = keyIn(labels);
    found.set(key, { ...found.get(key), [signal]: value });
  }
  return found;
}

function numbersIn({ samples }: InstantAnswer): Map<string, number> {
  return new Map(samples.map(({ labels, value }) => [keyIn(labels), value]));
}

function sumsIn({ samples }: InstantAnswer): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { labels, value } of samples) {
    const key = keyOf(labels["environment"], undefined);
    sums.set(key, (sums.get(key) ?? 0) + value);
  }
  return sums;
}
