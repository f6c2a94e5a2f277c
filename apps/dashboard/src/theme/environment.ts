/** How series of an environment look; beyond the palette hues return with another dash. */
export interface Look {
  /** The custom property of tokens.css that has the colour. */
  readonly colour: `--slot-${number}` | "--ghost";
  /** As SVG and canvas take it; empty for a solid line. */
  readonly dash: readonly number[];
}

const PALETTE = 6;

const DASHES: readonly (readonly number[])[] = [
  [],
  [6, 3],
  [2, 2],
  [8, 3, 2, 3],
  [10, 4],
  [4, 2, 1, 2],
];

/**
 * The look of a slot; slots are counted from 1. Where nothing but colour is needed to tell lines
 * apart (`isPlain`), they are solid until hues return.
 */
export function lookOf(slot: number, isPlain = false): Look {
  const place = (slot - 1) % PALETTE;
  const round = Math.floor((slot - 1) / PALETTE);
  return {
    colour: `--slot-${place + 1}`,
    dash: DASHES[((isPlain ? 0 : place) + round) % DASHES.length] ?? [],
  };
}
