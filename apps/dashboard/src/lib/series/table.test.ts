import { expect, test } from "vitest";
import { tableOf } from "./table.ts";

test("a panel becomes one row a value, with its question's name; gaps have none", () => {
  const series = {
    labels: { environment: "prod" },
    start: 1_763_870_400,
    step: 10,
    values: Float64Array.of(1.5, Number.NaN, 0.1),
  };
  const panel = { panel: "Requests", query: "all", unit: "requests/s" as const };
  const [header, ...rows] = tableOf([{ ...panel, series: [series] }], undefined);
  expect(header).toHaveLength(6);
  expect(rows).toEqual([
    ["2025-11-23T04:00:00.000Z", "Requests", "all", "environment=prod", 1.5, "requests/s"],
    ["2025-11-23T04:00:20.000Z", "Requests", "all", "environment=prod", 0.1, "requests/s"],
  ]);
});
