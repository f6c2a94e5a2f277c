/** Patience with an answer that is due, in seconds. */
const DUE = 20;

/**
 * The moment to judge: that of the answer while it is as new as the chosen refreshing makes it,
 * afterwards the present, so that what is on the screen grows old.
 */
export function momentJudged(at: number, now: number, every: number): number {
  return now - at <= every + DUE ? at : now;
}
