import { parseInline, plainText } from "./inline.ts";
import type { Inline } from "./inline.ts";

export interface List {
  readonly kind: "list";
  /** The first number; undefined where items have bullets. */
  readonly start: number | undefined;
  readonly items: readonly Item[];
}

export interface Item {
  readonly children: readonly Inline[];
  /** The one level below. */
  readonly nested: readonly List[];
}

export type Block =
  | {
      readonly kind: "heading";
      readonly level: number;
      /** What a link to it is called, as GitHub makes it. */
      readonly anchor: string;
      readonly children: readonly Inline[];
    }
  | { readonly kind: "paragraph"; readonly children: readonly Inline[] }
  | { readonly kind: "code"; readonly language: string; readonly text: string }
  | List
  | {
      readonly kind: "table";
      readonly head: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly (readonly Inline[])[])[];
    };

const FENCE = /^\s*(`{3,}|~{3,})([\w+-]*)$/;
const HEADING = /^(#{1,6})\s+(\S.*)$/;
const MARKER = /^(\s*)(?:[-*+]|(\d{1,9})[.)])\s+(\S.*)$/;
const DELIMITERS = /^\|(?=.*-)[\s:|-]+$/;

/** Lines, read from the first to the last, each once. */
class Lines {
  readonly #lines: readonly string[];
  #next = 0;

  constructor(source: string) {
    this.#lines = source.split(/\r\n|\r|\n/).map((line) => line.trimEnd());
  }

  peek(ahead = 0): string | undefined {
    return this.#lines[this.#next + ahead];
  }

  /** Takes lines as long as they pass. */
  takeWhile(passes: (line: string) => boolean): string[] {
    const from = this.#next;
    for (let line = this.peek(); line !== undefined && passes(line); line = this.peek()) {
      this.#next += 1;
    }
    return this.#lines.slice(from, this.#next);
  }

  skip(count: number) {
    this.#next += count;
  }
}

/**
 * Reads a small subset of Markdown: headings, paragraphs, lists, tables, code, and in them strong,
 * emphasis, code and links to http(s) and #anchors. Everything else is text; nothing is refused.
 */
export function parseMarkdown(source: string): readonly Block[] {
  const lines = new Lines(source);
  const blocks: Block[] = [];
  const anchors = new Map<string, number>();
  for (let line = lines.peek(); line !== undefined; line = lines.peek()) {
    if (line === "") lines.skip(1);
    else blocks.push(parseBlock(line, lines, anchors));
  }
  return blocks;
}

function parseBlock(line: string, lines: Lines, anchors: Map<string, number>): Block {
  const [, fence, language = ""] = FENCE.exec(line) ?? [];
  if (fence !== undefined) return parseCode(lines, fence, language);
  const [, marks, title = ""] = HEADING.exec(line) ?? [];
  if (marks !== undefined) {
    lines.skip(1);
    const children = parseInline(title);
    return { kind: "heading", level: marks.length, anchor: anchorOf(children, anchors), children };
  }
  if (isTable(line, lines)) return parseTable(lines);
  if (MARKER.test(line)) return parseList(lines);
  lines.skip(1);
  const rest = lines.takeWhile(isText);
  return { kind: "paragraph", children: parseInline([line, ...rest].join("\n")) };
}

function parseCode(lines: Lines, fence: string, language: string): Block {
  const indent = lines.peek()?.indexOf(fence) ?? 0;
  lines.skip(1);
  const text = lines.takeWhile((line) => !isEndOf(fence, line));
  lines.skip(1);
  const shifted = text.map((line) => line.slice(Math.min(indent, line.search(/\S|$/))));
  return { kind: "code", language, text: shifted.join("\n") };
}

function isEndOf(fence: string, line: string): boolean {
  const [, end = "", language] = FENCE.exec(line) ?? [];
  return end.startsWith(fence) && language === "";
}

/** The heading's words in small letters, and a number where the same was there before. */
function anchorOf(children: readonly Inline[], anchors: Map<string, number>): string {
  const words = plainText(children).toLowerCase();
  const anchor = words.replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/\s/g, "-");
  const before = anchors.get(anchor) ?? 0;
  anchors.set(anchor, before + 1);
  return before === 0 ? anchor : `${anchor}-${before}`;
}

/** Goes on what stands above it: nothing begins with this line. */
function isText(line: string): boolean {
  return line !== "" && !FENCE.test(line) && !HEADING.test(line) && !MARKER.test(line);
}

function isTable(line: string, lines: Lines): boolean {
  return line.startsWith("|") && DELIMITERS.test(lines.peek(1) ?? "");
}

function parseTable(lines: Lines): Block {
  const [head = [], , ...rows] = lines.takeWhile((line) => line.startsWith("|")).map(cellsOf);
  return { kind: "table", head, rows };
}

function cellsOf(line: string): readonly (readonly Inline[])[] {
  const inner = line.slice(1).replace(/(?<!\\)\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => parseInline(cell.replaceAll("\\|", "|").trim()));
}

/** Items that are further to the right than the first one are on the level below. */
function parseList(lines: Lines, above = -1): List {
  const [, indent = "", start] = MARKER.exec(lines.peek() ?? "") ?? [];
  const items: Item[] = [];
  for (let line = lines.peek(); line !== undefined; line = lines.peek()) {
    if (line === "" && MARKER.test(lines.peek(1) ?? "")) {
      lines.skip(1);
      continue;
    }
    const [, here = "", number, text] = MARKER.exec(line) ?? [];
    if (text === undefined || (start === undefined) !== (number === undefined)) break;
    if (above >= 0 && here.length <= above) break;
    lines.skip(1);
    const rest = lines.takeWhile(isText).map((more) => more.trimStart());
    const nested = above < 0 ? parseNested(lines, indent.length) : [];
    items.push({ children: parseInline([text, ...rest].join("\n")), nested });
  }
  return { kind: "list", start: start === undefined ? undefined : Number(start), items };
}

function parseNested(lines: Lines, indent: number): List[] {
  const nested: List[] = [];
  while (isDeeper(lines.peek(), indent)) nested.push(parseList(lines, indent));
  return nested;
}

function isDeeper(line: string | undefined, indent: number): boolean {
  return (MARKER.exec(line ?? "")?.[1]?.length ?? -1) > indent;
}
