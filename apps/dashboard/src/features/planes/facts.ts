import type { Environment } from "../../api/configuration.ts";
import type { InstantAnswer } from "../../api/prometheus.ts";
import { FAMILY_NAMES } from "../../lib/promql/chain.ts";
import type { Family } from "../../lib/promql/chain.ts";
import type { Labels } from "../../lib/series/series.ts";

/** One of a data plane's targets, as its last scrape found it. */
export interface Target {
  readonly instance: string;
  readonly isUp: boolean;
  /** Seconds since 1970. */
  readonly scrapedAt: number | undefined;
  /** How long the scrape took until its answer or its failure. */
  readonly tookSeconds: number | undefined;
  /** What the scrape brought, even where it was thrown away. */
  readonly samples: number | undefined;
}

/** Where data planes are written down. */
export interface Origin {
  readonly isConfigured: boolean;
  readonly isExpected: boolean;
}

/**
 * What is known of a data plane. Times are seconds since 1970; null is "never, as far as it was
 * looked back", undefined is "not known".
 */
export interface PlaneFacts extends Origin {
  readonly environment: string;
  readonly id: string;
  /** Its machine's name, as the configuration has it. */
  readonly host: string | undefined;
  readonly targets: readonly Target[];
  /** When its API last sent anything; "uninstrumented" if its collector does not count. */
  readonly sentAt: number | null | undefined | "uninstrumented";
  readonly answeredAt: number | null | undefined;
  readonly scrapedAt: number | null | undefined;
  readonly metricsAt: number | null | undefined;
  /** When the newest metrics of each kind came. */
  readonly families: ReadonlyMap<Family, number>;
  /** Whether a part of the data is missing, so that what is not there proves nothing. */
  readonly isPartial: boolean;
}

/** The answers to what the page asks at every tick. */
export type Answers = Readonly<
  Record<
    "up" | "scrapes" | "took" | "samples" | "expected" | "sent" | "metrics" | "families",
    InstantAnswer
  >
>;

/** The answers on data planes that are silent now. */
export type Past = Readonly<Record<"answered" | "metrics", InstantAnswer>>;

type ByPlane = ReadonlyMap<string, number>;

/** Everybody that configuration, inventory or targets know, in that order. */
export function factsIn(
  answers: Answers,
  past: Past | undefined,
  environments: readonly Environment[],
): PlaneFacts[] {
  const configured = environments.flatMap(({ name, data_planes }) =>
    data_planes.map(({ id, host }) => ({ environment: name, id, host })),
  );
  const known = new Map(configured.map((one) => [keyOf(one.environment, one.id), one]));
  const expected = byPlane(answers.expected);
  const targets = targetsIn(answers);
  const sent = byPlane(answers.sent);
  const metrics = byPlane(answers.metrics);
  const before = past && { answered: byPlane(past.answered), metrics: byPlane(past.metrics) };
  const families = familiesIn(answers.families);
  const isPartial = [...Object.values(answers), ...Object.values(past ?? {})].some(
    ({ partial }) => partial.length > 0,
  );
  const never = isPartial ? undefined : null;
  const keys = new Set([...known.keys(), ...expected.keys(), ...targets.keys()]);
  return [...keys].map((key): PlaneFacts => {
    const own = targets.get(key) ?? [];
    const answeredAt = answerOf(own) ?? (before && (before.answered.get(key) ?? never));
    return {
      ...namesOf(key),
      host: known.get(key)?.host,
      isConfigured: known.has(key),
      isExpected: expected.has(key),
      targets: own,
      sentAt: sentAt(sent.get(key), own),
      answeredAt,
      scrapedAt: latest(own.map(({ scrapedAt }) => scrapedAt)) ?? answeredAt,
      metricsAt: metrics.get(key) ?? (before && (before.metrics.get(key) ?? never)),
      families: families.get(key) ?? new Map(),
      isPartial,
    };
  });
}

/** Those whose past has to be looked for, because the present does not know enough of them. */
export function silentPlanes(facts: readonly PlaneFacts[]): PlaneFacts[] {
  return facts.filter(
    ({ answeredAt, metricsAt }) => answeredAt === undefined || metricsAt === undefined,
  );
}

/** When all targets answered, undefined while one of them does not. */
function answerOf(targets: readonly Target[]): number | undefined {
  if (!targets.every(({ isUp }) => isUp)) return undefined;
  const times = targets.flatMap(({ scrapedAt }) => scrapedAt ?? []);
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** A collector that answers and counts nothing of its API is not instrumented. */
function sentAt(value: number | undefined, targets: readonly Target[]): PlaneFacts["sentAt"] {
  if (value !== undefined) return value === 0 ? null : value;
  const answers = targets.length > 0 && targets.every(({ isUp }) => isUp);
  return answers ? "uninstrumented" : undefined;
}

function targetsIn({ up, scrapes, took, samples }: Answers): Map<string, Target[]> {
  const at = byTarget(scrapes);
  const seconds = byTarget(took);
  const counts = byTarget(samples);
  const found = new Map<string, Target[]>();
  for (const { labels, value } of up.samples) {
    const target = targetKey(labels);
    const one = {
      instance: labels["instance"] ?? "",
      isUp: value === 1,
      scrapedAt: at.get(target),
      tookSeconds: seconds.get(target),
      samples: counts.get(target),
    };
    const key = planeKey(labels);
    found.set(key, [...(found.get(key) ?? []), one]);
  }
  return found;
}

function familiesIn({ samples }: InstantAnswer): Map<string, Map<Family, number>> {
  const found = new Map<string, Map<Family, number>>();
  for (const { labels, value } of samples) {
    const family = FAMILY_NAMES.find((name) => name === labels["family"]);
    if (family === undefined) continue;
    const key = planeKey(labels);
    found.set(key, (found.get(key) ?? new Map<Family, number>()).set(family, value));
  }
  return found;
}

function byPlane({ samples }: InstantAnswer): ByPlane {
  return new Map(samples.map(({ labels, value }) => [planeKey(labels), value]));
}

function byTarget({ samples }: InstantAnswer): ByPlane {
  return new Map(samples.map(({ labels, value }) => [targetKey(labels), value]));
}

function latest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
}

function planeKey(labels: Labels): string {
  return keyOf(labels["environment"], labels["data_plane_id"]);
}

function targetKey(labels: Labels): string {
  return `${planeKey(labels)}/${labels["instance"]}`;
}

/** Names cannot hold a slash: they are label values and file names alike. */
function keyOf(environment = "", id = ""): string {
  return `${environment}/${id}`;
}

function namesOf(key: string): { environment: string; id: string } {
  const [environment = "", id = ""] = key.split("/");
  return { environment, id };
}
