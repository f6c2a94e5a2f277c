const LONGEST_PATTERN = 200;
const LONGEST_TEXT = 128;
/** Each one multiplies the places from which a browser tries again. */
const MOST_UNBOUNDED = 2;
const MOST_REPEATS = 8;

const BACK_REFERENCE = /\\[1-9]|\\k</;
const LOOK_AROUND = /\(\?<?[=!]/;
const ESCAPE = /\\./gs;
const CLASS = /\[[^\]]*\]/g;
const GROUP_MARK = /\(\?(?::|<\w+>)/g;
const UNBOUNDED = /[*+]|\{\d+,\d*\}/g;
const REPEAT = /[*+?]|\{\d/g;
const INNERMOST = /\(([^()]*)\)([*+?]|\{\d)?/g;
const CHOICE = /[*+?|]|\{\d/;

/**
 * A regular expression of a template; undefined where it is none, or one that could keep the
 * browser busy for ever, since it goes back and tries again as RE2 never does.
 */
export function patternOf(source: string): RegExp | undefined {
  if (source.length > LONGEST_PATTERN || !isQuick(source)) return undefined;
  try {
    return new RegExp(source);
  } catch {
    return undefined;
  }
}

/** The match of a pattern in a text, which is not searched where it is very long. */
export function matchOf(pattern: RegExp, text: string): RegExpExecArray | null {
  return text.length > LONGEST_TEXT ? null : pattern.exec(text);
}

function isQuick(source: string): boolean {
  if (BACK_REFERENCE.test(source) || LOOK_AROUND.test(source)) return false;
  const bare = source.replaceAll(ESCAPE, "x").replaceAll(CLASS, "x").replaceAll(GROUP_MARK, "(");
  const anchored = source.startsWith("^") ? 1 : 0;
  if ((bare.match(UNBOUNDED)?.length ?? 0) > MOST_UNBOUNDED + anchored) return false;
  return (bare.match(REPEAT)?.length ?? 0) <= MOST_REPEATS && !repeatsChoice(bare);
}

/** Whether a group that is repeated repeats or chooses itself; groups are opened from within. */
function repeatsChoice(bare: string): boolean {
  const inner = [...bare.matchAll(INNERMOST)];
  if (inner.length === 0) return false;
  if (inner.some(([, within = "", repeat]) => repeat !== undefined && CHOICE.test(within))) {
    return true;
  }
  return repeatsChoice(bare.replaceAll(INNERMOST, "$1$2"));
}
