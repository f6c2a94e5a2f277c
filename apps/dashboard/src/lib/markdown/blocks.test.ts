import fc from "fast-check";
import { expect, test } from "vitest";
import { parseMarkdown } from "./blocks.ts";
import type { Block, List } from "./blocks.ts";
import type { Inline } from "./inline.ts";

const text = (words: string): Inline => ({ kind: "text", text: words });
const paragraph = (...children: Inline[]): Block => ({ kind: "paragraph", children });

test("lines of a paragraph belong together, and an empty one parts them", () => {
  expect(parseMarkdown("one\ntwo\r\n\r\nthree")).toEqual([
    paragraph(text("one\ntwo")),
    paragraph(text("three")),
  ]);
});

test("headings have the anchors that links to them use", () => {
  const anchors = parseMarkdown("# What's `up`?\n## A_b – c\n###### A_b – c\n#none").map((block) =>
    block.kind === "heading" ? [block.level, block.anchor] : block.kind,
  );
  expect(anchors).toEqual([[1, "whats-up"], [2, "a_b--c"], [6, "a_b--c-1"], "paragraph"]);
});

test("code is kept as it is, also where nothing ends it", () => {
  expect(parseMarkdown("```sh\n# no *heading*\n\n  <b>\n```\n~~~\nopen")).toEqual([
    { kind: "code", language: "sh", text: "# no *heading*\n\n  <b>" },
    { kind: "code", language: "", text: "open" },
  ]);
});

test("a list has one level below it, and what is deeper belongs to that", () => {
  const [list] = parseMarkdown("- a\n  goes on\n  1. b\n     - c\n- d");
  expect(list).toEqual({
    kind: "list",
    start: undefined,
    items: [
      {
        children: [text("a\ngoes on")],
        nested: [
          { kind: "list", start: 1, items: [{ children: [text("b")], nested: [] }] },
          { kind: "list", start: undefined, items: [{ children: [text("c")], nested: [] }] },
        ],
      },
      { children: [text("d")], nested: [] },
    ],
  });
});

test("numbers go on where they were, and an empty line between items is none", () => {
  expect(parseMarkdown("3. a\n\n4. b")).toMatchObject([
    { kind: "list", start: 3, items: [{}, {}] },
  ]);
});

test("a table keeps its cells, also those too many", () => {
  expect(parseMarkdown("| a | b |\n|---|:-:|\n| 1 \\| 2 | `x` | more |\nafter")).toEqual([
    {
      kind: "table",
      head: [[text("a")], [text("b")]],
      rows: [[[text("1 | 2")], [{ kind: "code", text: "x" }], [text("more")]]],
    },
    paragraph(text("after")),
  ]);
});

test("a bar alone makes no table", () => {
  expect(parseMarkdown("| a |\nb")).toEqual([paragraph(text("| a |\nb"))]);
});

function wordsOf(inlines: readonly Inline[]): string {
  return inlines
    .map((one) => {
      if ("text" in one) return one.text;
      return wordsOf(one.children) + (one.kind === "link" ? one.address : "");
    })
    .join("");
}

function wordsOfList({ items }: List): string {
  return items
    .map((item) => wordsOf(item.children) + item.nested.map(wordsOfList).join(""))
    .join("");
}

function wordsOfBlock(block: Block): string {
  switch (block.kind) {
    case "heading":
    case "paragraph":
      return wordsOf(block.children);
    case "code":
      return block.language + block.text;
    case "list":
      return wordsOfList(block);
    case "table":
      return [block.head, ...block.rows].flat().map(wordsOf).join("");
  }
}

/** Everything that can never be markup. */
const lasting = (source: string) => source.replaceAll(/[\s\d\\`*_[\]()#|:~+.-]/g, "");

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(..."\n \t\\`*_[]()#|-~1.<>\"'&".split("")),
      fc.constantFrom(
        "```",
        "**",
        "](http://h/",
        "](#",
        "](javascript:",
        "\n- ",
        "\n  1. ",
        "\n|-|\n",
      ),
      fc.constantFrom("<script>", "<img onerror=x>", "&lt;", "\u0000", "\u202e", "a", "x y"),
      fc.string({ unit: "binary", maxLength: 4 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(""));

test("whatever comes is read, and nothing of it is lost", () => {
  fc.assert(
    fc.property(hostile, (source) => {
      const words = parseMarkdown(source).map(wordsOfBlock).join("");
      expect(lasting(words)).toBe(lasting(source));
    }),
    { numRuns: 2000 },
  );
});

test.each(
  [
    "*a ",
    "**a ",
    "_a ",
    "[",
    "](",
    "[a](",
    "`a``b",
    "`",
    "\\",
    "*_**[",
    "[a](#b)",
    " ",
    "# ",
  ].concat(["- a\n", " - a\n", "|a\n|-|\n", "```\n", "\n", "| ", "1. ", "&lt;<b>", "~", "-"]),
)("a long text of nothing but %j is read at once", (part) => {
  const blocks = parseMarkdown(part.repeat(200_000 / part.length));
  expect(blocks.length).toBeLessThan(200_000);
});
