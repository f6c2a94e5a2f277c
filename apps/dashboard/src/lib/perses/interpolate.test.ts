import fc from "fast-check";
import { expect, test } from "vitest";
import { fillPromql, fillText, namesIn } from "./interpolate.ts";
import type { Value, Values } from "./interpolate.ts";

function valuesOf(all: Readonly<Record<string, Value | undefined>>): Values {
  return new Map(Object.entries(all));
}

function data(...texts: string[]): Value {
  return { texts, isList: texts.length > 1, origin: "data" };
}

function written(...texts: string[]): Value {
  return { texts, isList: texts.length > 1, origin: "template" };
}

function promql(expression: string, all: Readonly<Record<string, Value | undefined>>): string {
  const filled = fillPromql(expression, valuesOf(all));
  return filled.kind === "text" ? filled.text : `${filled.kind} ${filled.name}`;
}

test("names are found in both ways of writing, each once", () => {
  expect(namesIn("$one ${two} ${two:csv} ${three.label} $one_more")).toEqual([
    "one",
    "two",
    "three",
    "one_more",
  ]);
});

// What Perses makes of two values, and of one.
test.each([
  ["csv", "perses,web", "one"],
  ["raw", "perses,web", "one"],
  ["distributed", "perses,v=web", "one"],
  ["doublequote", '"perses","web"', '"one"'],
  ["glob", "{perses,web}", "{one}"],
  ["json", '["perses","web"]', '["one"]'],
  ["lucene", '("perses" OR "web")', '("one")'],
  ["percentencode", "perses%2Cweb", "one"],
  ["pipe", "perses|web", "one"],
  ["prometheus", "(perses|web)", "(one)"],
  ["regex", "(perses|web)", "(one)"],
  ["regexliteral", "(perses|web)", "(one)"],
  ["singlequote", "'perses','web'", "'one'"],
  ["sqlstring", "'perses','web'", "'one'"],
  ["text", "perses + web", "one"],
  ["queryparam", "v=perses&v=web", "v=one"],
  ["PIPE", "perses|web", "one"],
  ["nonsense", "(perses|web)", "one"],
])("the format %s is that of Perses", (format, several, one) => {
  const text = `\${v:${format}}`;
  expect(fillText(text, valuesOf({ v: data("perses", "web") }))).toBe(several);
  expect(fillText(text, valuesOf({ v: data("one") }))).toBe(one);
});

test.each([
  ["regex", String.raw`(a\.b|c\$)`],
  ["regexliteral", String.raw`(a\\.b|c\\$)`],
])("%s takes every character literally", (format, expected) => {
  expect(fillText(`\${v:${format}}`, valuesOf({ v: data("a.b", "c$") }))).toBe(expected);
});

test("a list is an alternative where no format is asked for, also with one value", () => {
  const values = valuesOf({ v: data("a", "b"), w: { texts: ["a"], isList: true, origin: "data" } });
  expect(fillText("hello $v ${w}", values)).toBe("hello (a|b) (a)");
});

test("a name within another one is not mistaken for it, and what has no value stays", () => {
  const values = valuesOf({ __range: written("1h"), __range_ms: written("3600000") });
  expect(fillText("$__range_ms $__range $__ranges", values)).toBe("3600000 1h $__ranges");
});

test("what is put in is not read again", () => {
  expect(fillText("$a", valuesOf({ a: data("$b"), b: data("no") }))).toBe("$b");
  expect(promql('x{l="$a"}', { a: data("$b"), b: data("no") })).toBe('x{l="$b"}');
});

test("dollars that are no variable of the board stay", () => {
  const expression = 'label_replace(x, "a", "$1", "b", "(.*)")';
  expect(promql(expression, {})).toBe(expression);
});

test("a variable without a value is named", () => {
  expect(promql("rate(x[$window])", { window: undefined })).toBe("missing window");
});

test("what a template writes is put in as Perses does", () => {
  expect(promql("sum by ($by) (rate(x[$w]))", { by: written("a, b"), w: written("5m") })).toBe(
    "sum by (a, b) (rate(x[5m]))",
  );
  expect(promql('x{a=~"$a"}', { a: written("5..", "4..") })).toBe('x{a=~"(5..|4..)"}');
  expect(promql('x{a=~"$a"}', { a: written(String.raw`\\d+`) })).toBe(String.raw`x{a=~"\\d+"}`);
});

test("a reader's pattern is one, and stays in its string", () => {
  const filter: Value = { texts: ['web.*"} or up{a="'], isList: false, origin: "reader" };
  expect(promql('x{a=~"$filter"}', { filter })).toBe(String.raw`x{a=~"web.*\"} or up{a=\""}`);
});

test.each(["up} or vector(1", "a,b", "5m]) or rate(x[5m", '"', "a b", "1;2"])(
  "%s is no word, and is not let in outside of a string",
  (text) => {
    expect(promql("x{} + $v", { v: data(text) })).toBe("unfit v");
  },
);

test("a string in backquotes has no way to hold one", () => {
  expect(promql("x{a=`$v`}", { v: data("a`b") })).toBe("unfit v");
  expect(promql("x{a=`$v`}", { v: data('a"b\\') })).toBe('x{a=`a"b\\`}');
});

test("comments stay as they are", () => {
  expect(promql("x # not $v\n+ $v", { v: data("1") })).toBe("x # not $v\n+ 1");
});

/** What PromQL reads out of a string in double or single quotes. */
function unquoted(text: string): string {
  return text.replaceAll(/\\(.)/gs, (_, escaped: string) => (escaped === "n" ? "\n" : escaped));
}

const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom('"', "'", "\\", "\n", "|", ")", "(", ".", "*", "$", "`", "}"),
  }),
);

test("no value of data leaves its string, and each means what it is", () => {
  fc.assert(
    fc.property(hostile, fc.constantFrom('"', "'"), (text, quote) => {
      const filled = promql(`x{a=${quote}$v${quote}} + 1`, { v: data(text) });
      const inside = filled.slice(`x{a=${quote}`.length, -`${quote}} + 1`.length);
      expect(filled.startsWith(`x{a=${quote}`) && filled.endsWith(`${quote}} + 1`)).toBe(true);
      expect(new RegExp(`^(?:[^${quote}\\\\\\n]|\\\\.)*$`).test(inside)).toBe(true);
      expect(unquoted(inside)).toBe(text);
    }),
  );
});

test("in a pattern a value of data matches itself and nothing else", () => {
  fc.assert(
    fc.property(hostile, hostile, (text, other) => {
      const filled = promql('x{a=~"$v"}', { v: data(text, "second") });
      const pattern = new RegExp(`^(?:${unquoted(filled.slice('x{a=~"'.length, -2))})$`, "s");
      expect(pattern.test(text)).toBe(true);
      expect(pattern.test(other)).toBe(other === text || other === "second");
    }),
  );
});

test("every format stays in its string", () => {
  const formats = ["csv", "json", "doublequote", "singlequote", "regex", "regexliteral", "pipe"];
  fc.assert(
    fc.property(hostile, fc.constantFrom(...formats), (text, format) => {
      const filled = promql(`x{a=~"\${v:${format}}"}`, { v: data(text) });
      expect(filled).toMatch(/^x\{a=~"(?:[^"\\\n]|\\.)*"\}$/s);
    }),
  );
});
