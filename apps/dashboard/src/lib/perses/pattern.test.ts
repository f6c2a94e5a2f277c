import fc from "fast-check";
import { expect, test } from "vitest";
import { matchOf, patternOf } from "./pattern.ts";

test.each([
  "(.*):9100",
  "^(.+)-(.+):(.+)$",
  String.raw`^dp-(?:prod|qa)-(\d+)$`,
  "(?<name>[a-z]+)-[0-9]{1,3}",
  "(a|b|c)x?",
])("%s is an ordinary pattern", (source) => {
  expect(patternOf(source)).toBeInstanceOf(RegExp);
});

test.each([
  "(a+)+$",
  "((a+))*b",
  "(a|a)*$",
  "(?:a|ab)+c",
  "(.*)*",
  "(a{1,9}){9}",
  ".*.*.*=.*",
  String.raw`(a)\1`,
  "(?=a)b",
  "(?<!a)b",
  "a?".repeat(40),
  "x".repeat(300),
  "(",
])("%s is refused", (source) => {
  expect(patternOf(source)).toBeUndefined();
});

test("no pattern that is let through keeps the browser busy", () => {
  const part = fc.constantFrom("a", "b", ".", "[ab]", "(", ")", "*", "+", "?", "|", "{1,9}", "(?:");
  const sources = fc.array(part, { maxLength: 24 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(sources, (source) => {
      const pattern = patternOf(source);
      if (pattern === undefined) return;
      const before = performance.now();
      matchOf(pattern, `${"a".repeat(100)}!`);
      expect(performance.now() - before).toBeLessThan(200);
    }),
    { numRuns: 2000 },
  );
});

test("a text without end is not searched", () => {
  expect(matchOf(/a/, "a".repeat(1000))).toBeNull();
});
