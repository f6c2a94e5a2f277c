import type { Environment } from "../../api/configuration.ts";
import { SIGNALS } from "../../lib/promql/signals.ts";
import { numbersOf, timesOf, writtenTimes } from "../../lib/rank/words.ts";
import type { Sentences } from "../../ui/Headline.tsx";
import { isTraffic, mostDifferent, nearestBelow } from "../../lib/rank/ratio.ts";
import type { Comparison } from "../../lib/rank/ratio.ts";

/** What differs most from the baseline at a moment, by how much and since when. */
export function sentencesOf(
  all: readonly Comparison<Environment>[],
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
  { environment, signal, contrast }: Comparison<Environment>,
  base: Environment,
  now: number,
): Sentences {
  const { noun } = SIGNALS[signal];
  const others =
    contrast.value === 0
      ? "is not 0 like that of the others"
      : `is at least ${writtenTimes(1 / contrast.times)} times that of the others`;
  return {
    first: `The ${noun} of ${base.title}, the baseline, ${others}.`,
    rest: numbersOf(signal, contrast.base, contrast.value, environment.title, contrast.since, now),
  };
}

function ofOther(
  { environment, signal, contrast }: Comparison<Environment>,
  base: Environment,
  now: number,
): Sentences {
  const whose = `The ${SIGNALS[signal].noun} of ${environment.title}`;
  const rest = numbersOf(signal, contrast.value, contrast.base, base.title, contrast.since, now);
  return { first: `${whose} ${timesOf(contrast.times, base.title)}.`, rest };
}
