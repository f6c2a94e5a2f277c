import { expect, test } from "vitest";
import { toCsv } from "../lib/csv.ts";
import { seriesRows } from "./series-rows.ts";
import type { ChartSeries } from "./types.ts";

function line(name: string, ...values: number[]): ChartSeries {
  const data = { labels: {}, start: 1_700_000_000, step: 10, values: Float64Array.from(values) };
  return { id: name, name, slot: 1, kind: "line", data };
}

test("a chart becomes a table with a row per time and a column per line", () => {
  const rows = seriesRows(
    [["query", 'up{a="b"}']],
    [line("prod", 1, 0.1), line("=dev", NaN, 2)],
    undefined,
  );
  expect(toCsv(rows)).toBe(
    'query,"up{a=""b""}"\r\n\r\n' +
      "time,prod,'=dev\r\n2023-11-14T22:13:20.000Z,1,\r\n2023-11-14T22:13:30.000Z,0.1,2\r\n",
  );
});
