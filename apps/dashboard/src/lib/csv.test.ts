import { expect, test } from "vitest";
import { toCsv } from "./csv.ts";

test.each([
  ["plain text", "plain text"],
  ['say "hi", please', '"say ""hi"", please"'],
  ["two\nlines", '"two\nlines"'],
  ["=HYPERLINK(1)", "'=HYPERLINK(1)"],
  ["@cmd", "'@cmd"],
  [-1.5, "-1.5"],
  [Number.NaN, ""],
  [1e21, "1e+21"],
])("the cell %j is written %j", (cell, text) => {
  expect(toCsv([[cell]])).toBe(`${text}\r\n`);
});

test("cells are parted by commas and rows by line ends", () => {
  expect(
    toCsv([
      ["a", "b"],
      ["c", 1],
    ]),
  ).toBe("a,b\r\nc,1\r\n");
});
