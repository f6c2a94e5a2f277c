import { expect, test } from "vitest";
import { sortedBy, tableOf, wordsOf } from "./table.ts";

function sample(labels: Record<string, string>, value: number) {
  return { labels, time: 0, value };
}

const UP = [sample({ job: "a" }, 1), sample({ job: "b" }, 0)];
const MEMORY = [sample({ job: "b" }, 7), sample({ job: "c" }, 9)];

test("one question has a row for each series, with its labels", () => {
  const { columns, rows } = tableOf({}, [UP]);
  expect(columns.map(({ header }) => header)).toEqual(["job", "value"]);
  expect(rows.map(({ cells }) => cells)).toEqual([
    ["a", 1],
    ["b", 0],
  ]);
});

test("several questions are joined by a column, and what is missing is empty", () => {
  const transforms = [{ kind: "JoinByColumnValue" as const, spec: { columns: ["job"] } }];
  const { rows } = tableOf({ transforms }, [UP, MEMORY]);
  expect(rows.map(({ cells }) => cells)).toEqual([
    ["a", 1, undefined],
    ["b", 0, 7],
    ["c", undefined, 9],
  ]);
});

test("columns come in the template's order, are hidden, named and sorted", () => {
  const columnSettings = [
    { name: "value", header: "State", sort: "asc" as const },
    { name: "job", hide: true },
  ];
  const table = tableOf({ columnSettings, defaultColumnHidden: true }, [UP]);
  expect(table.columns.map(({ header }) => header)).toEqual(["State"]);
  expect(sortedBy(table).map(({ cells }) => cells)).toEqual([[0], [1]]);
  expect(sortedBy(table, { name: "value", isDown: true }).map(({ cells }) => cells)).toEqual([
    [1],
    [0],
  ]);
});

test("the first condition that fits dresses a cell", () => {
  const cellSettings = [
    { condition: { kind: "Value" as const, spec: { value: "1" } }, text: "up" },
    { condition: { kind: "Range" as const, spec: { max: 0 } }, text: "down", textColor: "#f00" },
    { condition: { kind: "Regex" as const, spec: { expr: "^a" } }, prefix: "→" },
  ];
  const [job, value] = tableOf({ cellSettings }, [UP]).columns;
  expect(value && wordsOf(value, 1)?.text).toBe("up");
  expect(value && wordsOf(value, 0)).toMatchObject({ text: "down", tone: "down" });
  expect(job && wordsOf(job, "abc")?.prefix).toBe("→");
  expect(value && wordsOf(value, 5)).toBeUndefined();
});
