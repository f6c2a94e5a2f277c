import type { Item } from "./board.ts";

export const COLUMNS = 24;
/** The height of a row and the gap between two, in pixels. */
const ROW = 30;
const GAP = 10;

const TALLEST = 60;

/** Items of a group in reading order, none over another and no row empty: each as far up as it goes. */
export function arranged(items: readonly Item[]): Item[] {
  const placed: Item[] = [];
  for (const item of items.toSorted((one, other) => one.y - other.y || one.x - other.x)) {
    const fitting = withinGrid(item);
    placed.push({ ...fitting, y: highestFor(fitting, placed) });
  }
  return placed.toSorted((one, other) => one.y - other.y || one.x - other.x);
}

function withinGrid(item: Item): Item {
  const width = Math.min(Math.max(item.width, 1), COLUMNS);
  const height = Math.min(Math.max(item.height, 1), TALLEST);
  return { ...item, width, height, x: Math.min(item.x, COLUMNS - width) };
}

/** Right below the lowest that is above it: what comes later in reading order stays below. */
function highestFor(item: Item, placed: readonly Item[]): number {
  return placed
    .filter((other) => other.x < item.x + item.width && item.x < other.x + other.width)
    .reduce((top, other) => Math.max(top, other.y + other.height), 0);
}

/** The height of some rows, in pixels. */
export function pixelsOf(rows: number): number {
  return rows * ROW + (rows - 1) * GAP;
}
