import { formatAge } from "../../lib/format/age.ts";
import { UNKNOWABLE, judgeDataPlane } from "../../lib/health/health.ts";
import type { Health, Thresholds } from "../../lib/health/health.ts";
import { missingOf, namesOf } from "./families.ts";
import type { PlaneFacts, Target } from "./facts.ts";

/** How a data plane's measurements arrive, and in words which link of their way is silent. */
export interface Diagnosis {
  readonly health: Health;
  readonly text: string;
}

/** What is the same for all data planes. */
export interface Surroundings {
  readonly now: number;
  /** When Prometheus last scraped anybody at all; undefined if it has not for minutes. */
  readonly anyScrapedAt: number | undefined;
}

/** A refused connection ends within milliseconds; what takes longer was waited for in vain. */
const AT_ONCE_SECONDS = 1;

/** While a part of the data is missing, absence proves nothing; a target that is down does. */
export function diagnose(
  facts: PlaneFacts,
  thresholds: Thresholds,
  around: Surroundings,
): Diagnosis {
  const diagnosis = diagnoseWhole(facts, thresholds, around);
  const isProven = diagnosis.health === "ok" || facts.targets.some(({ isUp }) => !isUp);
  if (!facts.isPartial || isProven) return diagnosis;
  return { health: "unknown", text: `Its state ${UNKNOWABLE}.` };
}

function diagnoseWhole(facts: PlaneFacts, thresholds: Thresholds, around: Surroundings): Diagnosis {
  const { now } = around;
  const isUp = facts.targets.length > 0 ? facts.targets.every((one) => one.isUp) : undefined;
  const { health } = judgeDataPlane(
    { ...facts, now, isUp, errorRatio: undefined, p95Seconds: undefined },
    thresholds,
  );
  const silence = silentLink(facts, thresholds.freshness_seconds, around);
  if (silence !== undefined) return { health: health === "ok" ? "stale" : health, text: silence };
  if (health !== "ok") return { health, text: "It is not known yet." };
  return complaint(facts) ?? { health, text: "All links answer." };
}

/** The first link that is silent, looked for from the near end to the far one. */
function silentLink(facts: PlaneFacts, limit: number, around: Surroundings): string | undefined {
  const { targets, answeredAt, scrapedAt, metricsAt, sentAt } = facts;
  const { now, anyScrapedAt } = around;
  const isLate = (at: number | undefined) => at === undefined || now - at > limit;
  if (targets.length === 0) return unscraped(answeredAt, now, isLate(anyScrapedAt));
  if (isLate(scrapedAt ?? undefined)) {
    return `${scraperSilence(isLate(anyScrapedAt))} for ${ago(scrapedAt, now)}.`;
  }
  const down = targets.filter(({ isUp }) => !isUp);
  if (down.length > 0) return targetSilence(targets, down) + lastHeard(answeredAt, now);
  if (metricsAt === undefined) return undefined;
  if (metricsAt === null || isLate(metricsAt)) {
    const host = isLate(facts.families.get("host"))
      ? "Its collector answers, but passes nothing on"
      : "Its collector answers, but its API sends nothing";
    return `${host}${lastHeard(metricsAt, now)}`;
  }
  if (sentAt === null || (typeof sentAt === "number" && isLate(sentAt))) {
    const age = sentAt === null ? "over 5 min" : formatAge(now - sentAt);
    return `Its API has sent nothing for ${age}; its collector repeats the last numbers.`;
  }
  return undefined;
}

function unscraped(
  answeredAt: number | null | undefined,
  now: number,
  isAllSilent: boolean,
): string | undefined {
  if (answeredAt === undefined) return undefined;
  if (answeredAt === null) return "Nobody has scraped it within a day: Prometheus has no target.";
  return `${scraperSilence(isAllSilent)} for ${formatAge(now - answeredAt)}.`;
}

function scraperSilence(isAllSilent: boolean): string {
  return isAllSilent
    ? "Prometheus stands still or Query does not reach it: nobody was scraped"
    : "Prometheus scrapes others, but not this one";
}

function targetSilence(targets: readonly Target[], down: readonly Target[]): string {
  if (down.length < targets.length) {
    const names = down.map(({ instance }) => instance).join(", ");
    return `Its collector answers, but not for ${names}${reasonOf(down)}`;
  }
  if (down.some(isThrownAway)) return "It answers, but its answers are over a limit";
  const waited = Math.max(...down.map(({ tookSeconds }) => tookSeconds ?? 0));
  if (down.some(({ tookSeconds }) => tookSeconds === undefined)) return "It does not answer";
  return waited < AT_ONCE_SECONDS
    ? "Its host refuses at once: the host is up, its collector is not"
    : `No answer within ${Math.round(waited)} s: its host is down or hangs, or the network is cut`;
}

function reasonOf(down: readonly Target[]): string {
  return down.some(isThrownAway) ? ", whose answers are over a limit" : "";
}

/** Prometheus counts what came and then throws all of it away. */
function isThrownAway({ samples }: Target): boolean {
  return samples !== undefined && samples > 0;
}

function lastHeard(at: number | null | undefined, now: number): string {
  if (at === undefined) return ".";
  return at === null ? "; nothing within a day." : `, last heard ${formatAge(now - at)} ago.`;
}

function ago(at: number | null | undefined, now: number): string {
  return at === null || at === undefined ? "over a day" : formatAge(now - at);
}

/** What is wrong although everything answers. */
function complaint(facts: PlaneFacts): Diagnosis | undefined {
  const { steady, unused } = missingOf(facts.families);
  if (steady.length > 0) {
    return {
      health: "degraded",
      text: `All links answer, but ${namesOf(steady)} metrics are missing.`,
    };
  }
  const { isConfigured, isExpected } = facts;
  if (!isConfigured && !isExpected) {
    return { health: "degraded", text: "It sends metrics, and no inventory has it." };
  }
  if (!isConfigured) {
    return { health: "degraded", text: "The inventory has it, this dashboard's list does not." };
  }
  if (!isExpected) {
    return { health: "degraded", text: "Nobody watches for its absence: no rule expects it." };
  }
  if (unused.length === 0) return undefined;
  return {
    health: "ok",
    text: `All links answer; ${namesOf(unused)} begin with its first request.`,
  };
}
