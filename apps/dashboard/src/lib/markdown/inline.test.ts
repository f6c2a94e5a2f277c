import { expect, test } from "vitest";
import { parseInline, plainText } from "./inline.ts";
import type { Inline } from "./inline.ts";

const text = (words: string): Inline => ({ kind: "text", text: words });
const strong = (...children: Inline[]): Inline => ({ kind: "strong", children });
const emphasis = (...children: Inline[]): Inline => ({ kind: "emphasis", children });
const code = (words: string): Inline => ({ kind: "code", text: words });
const link = (address: string, ...children: Inline[]): Inline => ({
  kind: "link",
  address,
  children,
});

test.each<[string, Inline[]]>([
  ["**a *b* c**", [strong(text("a "), emphasis(text("b")), text(" c"))]],
  ["_a_ b_c_d __e", [emphasis(text("a")), text(" b_c_d __e")]],
  ["2 * 3 * 4 ** 5", [text("2 * 3 * 4 ** 5")]],
  ["*a **b*", [emphasis(text("a **b"))]],
  ["**never closed", [text("**never closed")]],
  ["\\*a\\* \\d", [text("*a* \\d")]],
  ["`a*b*` ``c`d`` `e", [code("a*b*"), text(" "), code("c`d"), text(" `e")]],
  ["`` ` `` and `\\`", [code("`"), text(" and "), code("\\")]],
  ["\\`a`b`", [text("`a"), code("b")]],
])("%s", (source, inlines) => {
  expect(parseInline(source)).toEqual(inlines);
});

test.each<[string, Inline[]]>([
  [
    "[a **b**](https://h/p_a_th?x=1#y)",
    [link("https://h/p_a_th?x=1#y", text("a "), strong(text("b")))],
  ],
  ["[up](#top)", [link("#top", text("up"))]],
  ["[a](b.md) [c](http://d)", [text("[a](b.md) "), link("http://d", text("c"))]],
  ["[x] [c](http://d)", [text("[x] "), link("http://d", text("c"))]],
])("%s is a link", (source, inlines) => {
  expect(parseInline(source)).toEqual(inlines);
});

test.each([
  "[a](javascript:alert(1))",
  "[a](JAVASCRIPT:x)",
  "[a](data:text/html,x)",
  "[a](//host/path)",
  "[a](/metrics)",
  "[a](../x)",
  "[a](http:///x)",
  "[a](vbscript:http://x)",
  "[a](http://h x)",
  "<a href='http://h'>a</a>",
  "<script>a</script>",
  "![a](b.png)",
])("%s stays the text that it is", (source) => {
  expect(parseInline(source)).toEqual([text(source)]);
});

test("one reads it without markup", () => {
  expect(plainText(parseInline("a **b** `c` [d](http://e)"))).toBe("a b c d");
});
