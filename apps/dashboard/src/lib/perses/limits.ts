/** A template may be so long, in characters of its JSON. */
export const MOST_CHARACTERS = 1_000_000;
export const MOST_PANELS = 200;
export const MOST_VARIABLES = 50;
export const MOST_GROUPS = 100;
/** What a group shows over and over, once for each value of a variable. */
export const MOST_REPEATS = 20;
/** More lines in one chart are no picture. */
export const MOST_SERIES = 50;
/** Rows that are asked for in a table. */
export const MOST_ROWS = 500;
export const MOST_OPTIONS = 2000;

/** Perses' own documents are not half as deep. */
const DEEPEST = 32;

/** Whether a document's objects and lists lie deeper in each other than anything that makes sense. */
export function isTooDeep(document: unknown): boolean {
  let level: unknown[] = [document];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return true;
    level = level.flatMap((one) =>
      typeof one === "object" && one !== null ? Object.values(one) : [],
    );
  }
  return false;
}
