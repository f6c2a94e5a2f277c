import { counted, listed } from "../../lib/format/words.ts";
import type { Health } from "../../lib/health/health.ts";
import type { Sentences } from "../../ui/Headline.tsx";
import type { PlaneRow } from "./rows.ts";

/** How data planes are, in the words of this page: it judges whether data comes, not what it says. */
export const STATE_WORDS: Readonly<Record<Health, string>> = {
  down: "Silent",
  degraded: "Incomplete",
  stale: "Stale",
  unknown: "Unknown",
  ok: "Fresh",
};

/** How many names a sentence can bear. */
const TOLD = 3;

/** The page in words: who is silent and why, and that the others are not. */
export function sentencesOf(rows: readonly PlaneRow[]): Sentences {
  const sentences = wordsOf(rows);
  return { ...sentences, announcement: sentences.first };
}

function wordsOf(rows: readonly PlaneRow[]): Sentences {
  if (rows.length === 0) return { worst: "unknown", first: "There is no data plane yet." };
  const ailing = rows.filter(({ health }) => health !== "ok");
  const [worst] = ailing;
  if (worst === undefined) {
    const every = rows.length === 1 ? "The data plane is" : `All ${rows.length} data planes are`;
    return { worst: "ok", first: `${every} fresh, from the API to this page.` };
  }
  const fresh = rows.length - ailing.length;
  const others = ailing.slice(1);
  const rest = [
    worst.text,
    ...(others.length > 0 ? [`Not well either: ${namesOf(others)}.`] : []),
    ...(fresh > 0
      ? [`${fresh === 1 ? "The other" : `The other ${fresh}`} ${fresh === 1 ? "is" : "are"} fresh.`]
      : []),
  ];
  return {
    worst: worst.health,
    first: `${worst.facts.id} is ${STATE_WORDS[worst.health].toLowerCase()}.`,
    rest: rest.join(" "),
  };
}

function namesOf(rows: readonly PlaneRow[]): string {
  if (rows.length > TOLD) return counted(rows.length, "data plane");
  return listed(rows.map(({ facts }) => facts.id));
}
