import { expect, test } from "vitest";
import { decodeMatrix, decodeVector, MalformedError } from "./decode.ts";

const GRID = { start: 100, step: 10, count: 4 };

test("a range is put on the grid that was asked for, with gaps where nothing is", () => {
  const values = [
    [100, "1"],
    [120, "2.5"],
    [130.001, "+Inf"],
    [140, "9"],
  ];
  const [series] = decodeMatrix([{ metric: { environment: "prod" }, values }], GRID);
  expect(series?.labels).toEqual({ environment: "prod" });
  expect([...(series?.values ?? [])]).toEqual([1, Number.NaN, 2.5, Number.POSITIVE_INFINITY]);
});

test("an instant answer has labels, time and value", () => {
  const [sample] = decodeVector([{ metric: { a: "<b>" }, value: [100.5, "NaN"] }]);
  expect(sample).toEqual({ labels: { a: "<b>" }, time: 100.5, value: Number.NaN });
});

test.each([
  ["no object", [3]],
  ["no labels", [{ values: [] }]],
  ["a label that is no text", [{ metric: { a: 1 }, values: [] }]],
  ["no values", [{ metric: {} }]],
  ["a value that is no text", [{ metric: {}, values: [[1, 2]] }]],
  ["a value that is no number", [{ metric: {}, values: [[1, "x"]] }]],
  ["an empty value", [{ metric: {}, values: [[1, ""]] }]],
])("an answer with %s is refused", (_, result) => {
  expect(() => decodeMatrix(result, GRID)).toThrow(MalformedError);
});
