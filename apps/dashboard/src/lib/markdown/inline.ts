/** A run of text; everything that is no markup of the subset, HTML included, is plain text. */
export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "strong" | "emphasis"; readonly children: readonly Inline[] }
  | { readonly kind: "link"; readonly address: string; readonly children: readonly Inline[] };

/** What was opened and is not closed yet. */
interface Frame {
  readonly marker: string;
  readonly children: Inline[];
}

const TOKEN = /\\[!-/:-@[-`{-~]|`+|\*\*|[*_[]|\]\([^()\s]*\)|[^\\`*_[\]]+|[^]/g;
const ADDRESS = /^(?:https?:\/\/[^/]|#.)/i;
const LETTER = /[\p{L}\p{N}]/u;

/**
 * Reads the text of one block.
 *
 * No marker opens again inside itself, so that at most four are open and time grows with length.
 */
export function parseInline(source: string): readonly Inline[] {
  const codes = new CodeSpans(source);
  const stack: Frame[] = [{ marker: "", children: [] }];
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(source); found !== null; found = TOKEN.exec(source)) {
    const [token] = found;
    const code = token.startsWith("`") ? codes.at(found.index, token.length) : undefined;
    if (code === undefined) take(stack, token, source, found.index);
    else {
      push(stack, { kind: "code", text: code.text });
      TOKEN.lastIndex = code.end;
    }
  }
  flatten(stack, 1);
  return stack[0]?.children ?? [];
}

/** What one reads of it, without markup. */
export function plainText(inlines: readonly Inline[]): string {
  return inlines.map((one) => ("text" in one ? one.text : plainText(one.children))).join("");
}

function take(stack: Frame[], token: string, source: string, at: number) {
  const before = source[at - 1] ?? " ";
  const after = source[at + token.length] ?? " ";
  const opened = stack.findLastIndex(({ marker }) => marker === (token[0] === "]" ? "[" : token));
  if (token.startsWith("](") && opened > 0 && ADDRESS.test(token.slice(2, -1))) {
    const children = close(stack, opened);
    push(stack, { kind: "link", address: token.slice(2, -1), children });
  } else if (opened > 0 && closes(token, before, after)) {
    const children = close(stack, opened);
    push(stack, { kind: token === "**" ? "strong" : "emphasis", children });
  } else if (opened < 0 && opens(token, before, after)) {
    stack.push({ marker: token, children: [] });
  } else {
    if (token.startsWith("]") && opened > 0) flatten(stack, opened);
    push(stack, { kind: "text", text: /^\\./.test(token) ? token.slice(1) : token });
  }
}

/** A name like `up_to_date` keeps its underscores. */
function opens(token: string, before: string, after: string): boolean {
  if (token === "[") return true;
  return (
    /^(?:\*\*?|_)$/.test(token) && !/\s/.test(after) && !(token === "_" && LETTER.test(before))
  );
}

function closes(token: string, before: string, after: string): boolean {
  return (
    /^(?:\*\*?|_)$/.test(token) && !/\s/.test(before) && !(token === "_" && LETTER.test(after))
  );
}

/** Takes away a frame; what was opened inside it and never closed was text. */
function close(stack: Frame[], index: number): readonly Inline[] {
  flatten(stack, index + 1);
  return stack.pop()?.children ?? [];
}

function flatten(stack: Frame[], depth: number) {
  for (const { marker, children } of stack.splice(depth)) {
    push(stack, { kind: "text", text: marker });
    for (const child of children) push(stack, child);
  }
}

function push(stack: Frame[], inline: Inline) {
  const children = stack.at(-1)?.children;
  const last = children?.at(-1);
  if (inline.kind === "text" && last?.kind === "text") {
    children?.splice(-1, 1, { kind: "text", text: last.text + inline.text });
  } else children?.push(inline);
}

/** Finds where code ends: at the next run of as many backticks. Each run is looked at once. */
class CodeSpans {
  readonly #source: string;
  readonly #runs = new Map<number, number[]>();

  constructor(source: string) {
    this.#source = source;
    for (const { 0: run, index } of source.matchAll(/`+/g)) {
      const starts = this.#runs.get(run.length);
      if (starts === undefined) this.#runs.set(run.length, [index]);
      else starts.push(index);
    }
    for (const starts of this.#runs.values()) starts.reverse();
  }

  at(start: number, length: number): { text: string; end: number } | undefined {
    const starts = this.#runs.get(length) ?? [];
    while ((starts.at(-1) ?? Infinity) < start + length) starts.pop();
    const closing = starts.at(-1);
    if (closing === undefined) return undefined;
    const text = this.#source.slice(start + length, closing).replaceAll("\n", " ");
    const isPadded = text.startsWith(" ") && text.endsWith(" ") && text.trim() !== "";
    return { text: isPadded ? text.slice(1, -1) : text, end: closing + length };
  }
}
