/** What a key event tells that decides. */
export type Pressed = Pick<
  KeyboardEvent,
  "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey"
>;

/**
 * What a pressed key is called in a command's keys: "r", "?", "ArrowLeft", "Mod+k"; undefined with
 * modifiers that none of them has.
 */
export function nameOf(pressed: Pressed): string | undefined {
  const { ctrlKey, metaKey, altKey, shiftKey } = pressed;
  const plain = altKey ? undefined : plainOf(pressed);
  if (plain === undefined || !(ctrlKey || metaKey)) return plain;
  return shiftKey ? undefined : `Mod+${plain}`;
}

function plainOf({ key, code, shiftKey }: Pressed): string | undefined {
  if (key.length > 1) return shiftKey ? undefined : key;
  if (/^[!-~]$/.test(key)) {
    // With caps lock on, a letter is large without Shift.
    if (/[a-z]/i.test(key)) return shiftKey ? undefined : key.toLowerCase();
    return key; // layouts differ in which signs and digits need Shift
  }
  // Keyboards of other scripts have our letters' places alone.
  if (code === "Slash" && shiftKey) return "?";
  if (shiftKey) return undefined;
  return /^(?:Key|Digit)([A-Z0-9])$/.exec(code)?.[1]?.toLowerCase();
}

/** Where a key leads. */
export type Step =
  | { readonly kind: "run"; readonly keys: string }
  | { readonly kind: "wait"; readonly pending: string }
  | { readonly kind: "none" };

/**
 * Where the next key leads after those that are pending ("" or "t"). Keys that lead nowhere
 * together start anew.
 */
export function step(pending: string, name: string, all: readonly string[]): Step {
  const keys = pending === "" ? name : `${pending} ${name}`;
  if (all.includes(keys)) return { kind: "run", keys };
  if (all.some((one) => one.startsWith(`${keys} `))) return { kind: "wait", pending: keys };
  return pending === "" ? { kind: "none" } : step("", name, all);
}

const SIGNS: Readonly<Record<string, string>> = { ArrowLeft: "←", ArrowRight: "→" };

/** Keys as they are printed on a keyboard, one after the other: [["Ctrl", "K"]], [["T"], ["←"]]. */
export function printed(keys: string, isApple: boolean): string[][] {
  return keys
    .split(" ")
    .map((name) =>
      name
        .split("+")
        .map((part) =>
          part === "Mod" ? (isApple ? "⌘" : "Ctrl") : (SIGNS[part] ?? part.toUpperCase()),
        ),
    );
}

const TYPED_INTO =
  'textarea, select, [contenteditable="true"], input:not([type="checkbox"], [type="radio"])';

/** Whether keys that come from here are somebody's text. */
export function isField(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(TYPED_INTO) !== null;
}
