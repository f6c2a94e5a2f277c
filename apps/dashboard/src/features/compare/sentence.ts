import type { Environment } from "../../api/configuration.ts";
import { formatAge } from "../../lib/format/age.ts";
import { format, formatIn, scaleFor } from "../../lib/format/units.ts";
import { SIGNALS } from "../../lib/promql/signals.ts";
import type { Exceeded } from "../../lib/series/exceeded.ts";
import type { Sentences } from "../../ui/Headline.tsx";
import { isTraffic, mostDifferent, nearestBelow } from "./ranking.ts";
import type { Comparison } from "./ranking.ts";

/** What differs most from the baseline at a moment, by how much and since when. */
export function sentencesOf(
  all: readonly Comparison[],
  base: Environment,
  compared: number,
  now: number,
): Sentences {
  if (compared < 2) {
    return { first: `${base.title} stands alone.`, rest: "Choose a second environment." };
  }
  if (all.length === 0) {
    return {
      first: `Nothing can be compared with ${base.title}.`,
      rest: "It or the others have no data at the end of this range.",
    };
  }
  const most = mostDifferent(all);
  if (most === undefined) {
    return { first: `All environments are like ${base.title}.`, rest: "Nothing is 1.5 times its." };
  }
  const odd = nearestBelow(all, most.signal);
  const { first, rest } = odd ? ofBase(odd, base, now) : ofOther(most, base, now);
  const { noun } = SIGNALS[most.signal];
  return {
    first,
    rest: isTraffic(most.signal) ? `${rest} Errors and latency are alike.` : rest,
    announcement: `The ${noun} of ${(odd ? base : most.environment).title} differs most.`,
  };
}

/** It is the baseline that differs, from everybody. */
function ofBase(
  { environment, signal, contrast }: Comparison,
  base: Environment,
  now: number,
): Sentences {
  const { noun } = SIGNALS[signal];
  const others =
    contrast.value === 0
      ? "is not 0 like that of the others"
      : `is at least ${written(1 / contrast.times)} times that of the others`;
  return {
    first: `The ${noun} of ${base.title}, the baseline, ${others}.`,
    rest: numbers(signal, contrast.base, contrast.value, environment, contrast.since, now),
  };
}

function ofOther(
  { environment, signal, contrast }: Comparison,
  base: Environment,
  now: number,
): Sentences {
  const whose = `The ${SIGNALS[signal].noun} of ${environment.title}`;
  const rest = numbers(signal, contrast.value, contrast.base, base, contrast.since, now);
  return { first: `${whose} ${timesOf(contrast.times, base)}.`, rest };
}

function timesOf(times: number, { title }: Environment): string {
  if (Number.isNaN(times)) return `is not 0 like that of ${title}`;
  if (times === 0) return `is 0, unlike that of ${title}`;
  if (times >= 1) return `is ${written(times)} times that of ${title}`;
  return `is ${written(1 / times)} times lower than that of ${title}`;
}

function written(times: number): string {
  return formatIn(scaleFor("times", times), times);
}

function numbers(
  signal: Comparison["signal"],
  value: number,
  other: number,
  { title }: Environment,
  since: Exceeded | undefined,
  now: number,
): string {
  const { unit } = SIGNALS[signal];
  const sides = `${format(unit, value)} against ${format(unit, other)} of ${title}`;
  if (since === undefined) return `${sides}.`;
  return `${sides}, for ${since.longer ? "more than " : ""}${formatAge(now - since.since)}.`;
}
