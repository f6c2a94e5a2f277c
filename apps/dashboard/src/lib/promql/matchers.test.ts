import fc from "fast-check";
import { expect, test } from "vitest";
import { escapeRegex, oneOf, quote } from "./matchers.ts";

test.each([
  [["prod"], 'environment="prod"'],
  [["prod", "qa"], 'environment=~"prod|qa"'],
  [["a.b", 'c"}'], 'environment=~"a\\\\.b|c\\"\\\\}"'],
])("a matcher for %j is %s", (values, text) => {
  expect(oneOf("environment", values)).toBe(text);
});

test("no text gets out of its quotes", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const inner = quote(text)
        .slice(1, -1)
        .replaceAll(/\\["\\n]/g, "");
      expect(inner).not.toMatch(/["\n\\]/);
    }),
  );
});

test("an escaped text matches itself and nothing else", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, other) => {
      const pattern = new RegExp(`^(?:${escapeRegex(text)})$`);
      expect(pattern.test(text)).toBe(true);
      expect(pattern.test(other)).toBe(other === text);
    }),
  );
});
