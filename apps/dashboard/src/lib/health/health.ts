import { formatAge } from "../format/age.ts";
import { format } from "../format/units.ts";
import type { Signal } from "../promql/catalogue.ts";

/** How somebody is; the worst first. What is not known is never healthy. */
const HEALTHS = ["down", "degraded", "stale", "unknown", "ok"] as const;

export type Health = (typeof HEALTHS)[number];

export interface Thresholds {
  readonly error_ratio: number;
  readonly p95_seconds: number;
  readonly freshness_seconds: number;
}

/** Why somebody is not well, in words; `signal` is the one that is over its threshold. */
export interface Reason {
  readonly text: string;
  readonly signal?: Signal;
}

export interface Judgement {
  readonly health: Health;
  readonly reasons: readonly Reason[];
}

/** What is known of a data plane; times are seconds since 1970, undefined is "not known yet". */
export interface Evidence {
  /** The moment that is judged. */
  readonly now: number;
  /** When the newest metrics of its API came; null when none came within a day. */
  readonly metricsAt: number | null | undefined;
  /** When Prometheus last tried to scrape it; null when it does not try. */
  readonly scrapedAt: number | null | undefined;
  /** Whether all of its targets answered that scrape. */
  readonly isUp: boolean | undefined;
  readonly errorRatio: number | undefined;
  readonly p95Seconds: number | undefined;
  /** Whether a part of the data is missing, so that what is not there proves nothing. */
  readonly isPartial: boolean;
}

/** What is said where absence would be a fact only in whole data. */
export const UNKNOWABLE = "cannot be known, since part of the data is missing";

/** So many times the age at which metrics are stale, the data plane counts as down. */
const DOWN_AFTER = 2;

/**
 * Judges a data plane. While a part of the data is missing, absence proves nothing; a target that
 * does not answer does.
 */
export function judgeDataPlane(evidence: Evidence, thresholds: Thresholds): Judgement {
  const judgement = judgeWhole(evidence, thresholds);
  const isAbsence = !["ok", "degraded"].includes(judgement.health) && evidence.isUp !== false;
  return evidence.isPartial && isAbsence ? unknown(UNKNOWABLE) : judgement;
}

/**
 * Judges by data of which nothing is missing. Without fresh metrics it is stale, and down once scrapes go on long enough
 * without any; while nobody scrapes, nothing but their age is known.
 */
function judgeWhole(evidence: Evidence, thresholds: Thresholds): Judgement {
  const { now, metricsAt, scrapedAt, isUp } = evidence;
  const limit = thresholds.freshness_seconds;
  if (metricsAt === undefined || scrapedAt === undefined) {
    return unknown(isUp === false ? "does not answer" : "not looked at yet");
  }
  const age = metricsAt === null ? Infinity : now - metricsAt;
  if (age <= limit) return judgeSignals(evidence, thresholds);
  const isScraped = scrapedAt !== null && now - scrapedAt <= limit;
  if (!isScraped) {
    if (metricsAt === null) return unknown("Prometheus does not scrape it");
    return { health: "stale", reasons: [{ text: `nothing new for ${formatAge(age)}` }] };
  }
  const silence = isUp === true ? "answers, but its API sends no metrics" : "does not answer";
  const since = metricsAt === null ? "" : `, last metrics ${formatAge(age)} ago`;
  const health = age <= limit * DOWN_AFTER ? "stale" : "down";
  return { health, reasons: [{ text: silence + since }] };
}

/** Judges what requests experience; absent signals, as without traffic, are no complaint. */
export function judgeSignals(
  { errorRatio, p95Seconds }: Pick<Evidence, "errorRatio" | "p95Seconds">,
  { error_ratio, p95_seconds }: Thresholds,
): Judgement {
  const reasons: Reason[] = [];
  if (errorRatio !== undefined && errorRatio > error_ratio) {
    const [value, limit] = [format("ratio", errorRatio), format("ratio", error_ratio)];
    reasons.push({ text: `errors ${value}, over ${limit}`, signal: "errors" });
  }
  if (p95Seconds !== undefined && p95Seconds > p95_seconds) {
    const [value, limit] = [format("seconds", p95Seconds), format("seconds", p95_seconds)];
    reasons.push({ text: `p95 ${value}, over ${limit}`, signal: "p95" });
  }
  return { health: reasons.length > 0 ? "degraded" : "ok", reasons };
}

/** Judges an environment by its data planes and by what its requests experience as a whole. */
export function judgeEnvironment(planes: readonly Judgement[], signals: Judgement): Judgement {
  const [only] = planes;
  if (only === undefined) return unknown("it has no data planes");
  const complaints = HEALTHS.flatMap((health) => {
    const count = planes.filter((plane) => plane.health === health).length;
    if (health === "ok" || count === 0) return [];
    if (health === "degraded" && signals.reasons.length > 0) return [];
    return [{ health, reason: complaint(planes, health, count) }];
  });
  const said = complaints.map(({ reason }) => reason);
  const alike = planes.every(({ health }) => health === only.health);
  const isHurt = complaints.some(({ health }) => health === "down" || health === "degraded");
  if (alike && only.health !== "ok" && only.health !== "degraded") {
    return { health: only.health, reasons: said }; // old figures are no complaint
  }
  const reasons = [...signals.reasons, ...said];
  if (signals.health === "degraded" || isHurt) return { health: "degraded", reasons };
  return { health: complaints[0]?.health ?? "ok", reasons };
}

function complaint(planes: readonly Judgement[], health: Health, count: number): Reason {
  const texts = new Set(planes.map(({ reasons }) => reasons[0]?.text));
  const shared = texts.size === 1 ? planes[0]?.reasons[0] : undefined;
  return shared ?? { text: `${count} of ${planes.length} data planes ${health}` };
}

function unknown(text: string): Judgement {
  return { health: "unknown", reasons: [{ text }] };
}

/** Sorts the worst first; equals keep their order. */
export function worstFirst<T extends Pick<Judgement, "health">>(all: readonly T[]): T[] {
  return all.toSorted((one, other) => HEALTHS.indexOf(one.health) - HEALTHS.indexOf(other.health));
}
