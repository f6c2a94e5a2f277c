import { formatAge } from "../../lib/format/age.ts";
import { counted, listed } from "../../lib/format/words.ts";
import type { Health } from "../../lib/health/health.ts";
import type { Signal } from "../../lib/promql/catalogue.ts";
import type { Exceeded } from "../../lib/series/exceeded.ts";
import type { Sentences } from "../../ui/Headline.tsx";
import type { EnvironmentRow } from "./rows.ts";

/** Since when an environment's signal has been over its threshold; undefined if that is not known. */
export type Since = (environment: string, signal: Signal) => Exceeded | undefined;

/** How many environments are told apart in words; the table has them all. */
const TOLD = 2;

const VERBS: Readonly<Record<Health, string>> = {
  down: "is down",
  degraded: "is degraded",
  stale: "is stale",
  unknown: "is unknown",
  ok: "is healthy",
};

/** The page in words: who hurts, why, since when, and that the others do not. */
export function sentencesOf(rows: readonly EnvironmentRow[], now: number, since: Since): Sentences {
  if (rows.length === 0) {
    const first = "There is nothing to watch yet.";
    return { worst: "unknown", first, rest: "", announcement: first };
  }
  const ailing = rows.filter(({ health }) => health !== "ok");
  const well = rows.filter(({ health }) => health === "ok").map(titleOf);
  const alarmed = rows.filter(({ health, alerts }) => health === "ok" && alerts > 0);
  const told = ailing.slice(0, TOLD).map((row) => describe(row, now, since));
  const rest: string[] = [];
  if (ailing.length > TOLD) {
    const more = ailing.length - TOLD;
    rest.push(`${counted(more, "other environment")} ${more === 1 ? "is" : "are"} not well.`);
  }
  if (ailing.length > 0 && well.length > 0) rest.push(`${wellSentence(well)}.`);
  if (alarmed.length > 0) rest.push(`${alarmSentence(alarmed)}.`);
  return {
    worst: ailing[0]?.health ?? "ok",
    first: told.length > 0 ? told.join(" ") : allWell(rows),
    rest: rest.join(" "),
    announcement: rows.map((row) => `${titleOf(row)} ${VERBS[row.health]}.`).join(" "),
  };
}

function describe(row: EnvironmentRow, now: number, since: Since): string {
  const [reason] = row.reasons;
  const head = `${titleOf(row)} ${VERBS[row.health]}`;
  if (reason === undefined) return `${head}.`;
  const exceeded = reason.signal && since(row.environment.name, reason.signal);
  return `${head}: ${reason.text}${exceeded ? ` ${duration(exceeded, now)}` : ""}.`;
}

function duration({ since, longer }: Exceeded, now: number): string {
  return `for ${longer ? "more than " : ""}${formatAge(now - since)}`;
}

function wellSentence(well: readonly string[]): string {
  if (well.length > 4) return `The other ${well.length} are healthy`;
  return `${listed(well)} ${well.length === 1 ? "is" : "are"} healthy`;
}

/** Who is well again may still have alerts, whose windows are longer. */
function alarmSentence(alarmed: readonly EnvironmentRow[]): string {
  const count = alarmed.reduce((sum, { alerts }) => sum + alerts, 0);
  const verb = count === 1 ? "fires" : "fire";
  return `${counted(count, "alert")} still ${verb} in ${listed(alarmed.map(titleOf))}`;
}

function allWell(rows: readonly EnvironmentRow[]): string {
  const [only] = rows;
  if (only !== undefined && rows.length === 1) return `${titleOf(only)} is healthy.`;
  return `All ${rows.length} environments are healthy.`;
}

function titleOf({ environment }: EnvironmentRow): string {
  return environment.title;
}
