/** A number from 0 to 1 that a text always has. */
export function hash(text: string): number {
  let state = 2_166_136_261;
  for (const character of text) {
    state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 16_777_619) >>> 0;
  }
  state = Math.imul(state ^ (state >>> 15), 2_246_822_507) >>> 0;
  return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
}

/** Something between -1 and 1 that changes every ten seconds, and slowly besides. */
export function wave(text: string, time: number): number {
  const quick = hash(`${text} ${Math.floor(time / 10)}`) * 2 - 1;
  const slow = Math.sin(time / (400 + 500 * hash(text)) + 7 * hash(`${text} phase`));
  return 0.6 * quick + 0.4 * slow;
}
