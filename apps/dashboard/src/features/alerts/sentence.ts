import type { Environment } from "../../api/configuration.ts";
import { WATCHDOG, rankOf } from "../../lib/alerts/rules.ts";
import type { AlertRule, Entry, Place } from "../../lib/alerts/rules.ts";
import { formatAge } from "../../lib/format/age.ts";
import { counted } from "../../lib/format/words.ts";
import type { Sentences } from "../../ui/Headline.tsx";

const CONTROL_PLANE = "Control plane";

/** What a place is called; an environment that is not configured by its label. */
export function titleOf(environment: string | undefined, known: readonly Environment[]): string {
  if (environment === undefined) return CONTROL_PLANE;
  return known.find(({ name }) => name === environment)?.title ?? environment;
}

/** The page in words: what fires, where, since when; and that the path of alerts works. */
export function sentencesOf(
  rules: readonly AlertRule[],
  places: readonly Place[],
  known: readonly Environment[],
  now: number,
): Sentences {
  if (rules.length === 0) {
    return { first: "No alerting rule is loaded.", rest: "Nobody is told of anything." };
  }
  const entries = places.flatMap((place) => place.entries);
  const firing = entries.filter(({ state }) => state === "firing").toSorted(byRank);
  const pending = entries.length - firing.length;
  const path = pathOf(rules);
  const [worst] = firing;
  const rest = [
    firing.length > 1
      ? `${counted(firing.length - 1, "more alert")} ${fires(firing.length - 1)}.`
      : "",
    pending > 0 ? `${counted(pending, "alert")} ${pending === 1 ? "is" : "are"} pending.` : "",
    path.works ? "" : path.text,
  ];
  return {
    first: worst === undefined ? "Nothing fires." : describe(worst, known, now),
    rest: rest.filter((text) => text !== "").join(" "),
    worst: worst === undefined ? (path.works ? "ok" : "degraded") : healthOf(worst.severity),
    announcement:
      firing.length === 0
        ? "Nothing fires."
        : firing.map((one) => `${one.name} fires in ${titleOf(one.environment, known)}.`).join(" "),
  };
}

function byRank(one: Entry, other: Entry): number {
  return rankOf(one.severity) - rankOf(other.severity) || one.since - other.since;
}

function describe(entry: Entry, known: readonly Environment[], now: number): string {
  const { name, environment, since } = entry;
  return `${titleOf(environment, known)}: ${name} has fired for ${formatAge(now - since)}.`;
}

function fires(count: number): string {
  return count === 1 ? "fires" : "fire";
}

/** The health that a severity looks like. */
export function healthOf(severity: string): "down" | "degraded" | "unknown" {
  if (severity === "critical") return "down";
  return severity === "warning" ? "degraded" : "unknown";
}

/** Whether alerts find their way, as far as the rules can tell. */
export function pathOf(rules: readonly AlertRule[]): {
  readonly works: boolean;
  readonly since: number | undefined;
  readonly text: string;
} {
  const watchdogs = rules.filter(({ name }) => name === WATCHDOG);
  const alert = watchdogs.flatMap(({ alerts }) => alerts).find(({ state }) => state === "firing");
  if (alert !== undefined) {
    const text = `The alert path works: ${WATCHDOG} fires, as it always has to`;
    return { works: true, since: alert.since, text };
  }
  const text =
    watchdogs.length > 0
      ? `${WATCHDOG} does not fire although it always has to: do not trust this silence.`
      : `There is no rule ${WATCHDOG}, so nobody would notice that alerts have stopped.`;
  return { works: false, since: undefined, text };
}
