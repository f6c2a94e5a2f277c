/**
 * How well a text fits what somebody typed; the higher the better, undefined where it does not.
 * Each typed word is looked for by itself: as the start of a word, then within one, then as letters
 * that come in this order ("dpp" finds "dp-prod-01").
 */
function fit(typed: string, text: string): number | undefined {
  const lower = text.toLowerCase();
  let sum = 0;
  for (const word of typed.toLowerCase().split(/\s+/).filter(Boolean)) {
    const one = fitOfWord(word, lower);
    if (one === undefined) return undefined;
    sum += one;
  }
  return sum - text.length / 1000; // of equals the shorter one says it better
}

const AT_START = 3;
const WITHIN = 2;

function fitOfWord(word: string, text: string): number | undefined {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (isStart(text, at)) return AT_START * word.length;
  }
  if (text.includes(word)) return WITHIN * word.length;
  return fitOfLetters(word, text);
}

/** The first letter has to start a word: without that nearly everything would fit. */
function fitOfLetters(word: string, text: string): number | undefined {
  const [first = "", ...rest] = word;
  for (let at = text.indexOf(first); at !== -1; at = text.indexOf(first, at + 1)) {
    const starts = isStart(text, at) ? startsAmong(rest, text, at) : undefined;
    if (starts !== undefined) return starts;
  }
  return undefined;
}

/** How many letters start a word, when they are taken from a text as early as they come. */
function startsAmong(letters: readonly string[], text: string, from: number): number | undefined {
  let starts = 1;
  let at = from;
  for (const letter of letters) {
    at = text.indexOf(letter, at + 1);
    if (at === -1) return undefined;
    if (isStart(text, at)) starts++;
  }
  return starts;
}

function isStart(text: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? "");
}

/** The items that fit, the best first; equals keep their order. */
export function fitting<T>(typed: string, items: readonly T[], textOf: (item: T) => string): T[] {
  return items
    .flatMap((item) => {
      const score = fit(typed, textOf(item));
      return score === undefined ? [] : [{ item, score }];
    })
    .toSorted((one, other) => other.score - one.score)
    .map(({ item }) => item);
}
