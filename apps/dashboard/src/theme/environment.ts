/** How a line looks: its hue says whose it is, beyond the palette hues return with another dash. */
export interface Look {
  /** A CSS colour, made of tokens. */
  readonly colour: string;
  /** As SVG and canvas take it; empty for a solid line. */
  readonly dash: readonly number[];
}

/** What tells lines of one slot apart. */
interface Among {
  /** Which of several lines of one owner it is, from 1; undefined for the only one. */
  readonly shade?: number | undefined;
  /** Whether nothing but colour is needed: lines are solid until colours return. */
  readonly isPlain?: boolean | undefined;
}

/** The slot of what belongs to no environment. */
export const NOBODY = 0;

const PALETTE = 6;
const SHADES = 4;

const DASHES: readonly (readonly number[])[] = [
  [],
  [6, 3],
  [2, 2],
  [8, 3, 2, 3],
  [10, 4],
  [4, 2, 1, 2],
];

/** The look of a slot: an environment's, counted from 1, or nobody's. */
export function lookOf(slot: number, { shade, isPlain = false }: Among = {}): Look {
  const place = Math.max(slot - 1, 0) % PALETTE;
  const round =
    Math.floor(Math.max(slot - 1, 0) / PALETTE) + Math.floor(((shade ?? 1) - 1) / SHADES);
  const hue = `var(--slot-${slot === NOBODY ? NOBODY : place + 1})`;
  return {
    colour:
      shade === undefined
        ? hue
        : `oklch(from ${hue} var(--shade-${((shade - 1) % SHADES) + 1}) c h)`,
    dash: DASHES[((isPlain ? 0 : place) + round) % DASHES.length] ?? [],
  };
}
