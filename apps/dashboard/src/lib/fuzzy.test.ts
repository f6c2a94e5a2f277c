import { expect, test } from "vitest";
import { fitting } from "./fuzzy.ts";

const TEXTS = ["Go to Metrics", "Go to Compare", "Environment prod", "Data plane dp-prod-01", "6h"];
const found = (typed: string) => fitting(typed, TEXTS, (text) => text);

test("nothing typed leaves all, in their order but for the short ones", () => {
  expect(found("")).toHaveLength(TEXTS.length);
});

test("a word's start is better than its middle, and a short text than a long one", () => {
  expect(found("prod")).toEqual(["Environment prod", "Data plane dp-prod-01"]);
  expect(found("co")).toEqual(["Go to Compare"]);
});

test("letters in their order are enough, and words may be swapped", () => {
  expect(found("dpp")).toEqual(["Data plane dp-prod-01"]);
  expect(found("metrics go")).toEqual(["Go to Metrics"]);
});

test("what is not there is not found", () => {
  expect(found("zebra")).toEqual([]);
  expect(found("omp")).toEqual(["Go to Compare"]);
  expect(found("rcs")).toEqual([]);
});
