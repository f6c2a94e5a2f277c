import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { DataTable } from "./DataTable.tsx";
import type { ChartSeries } from "./types.ts";
import { valueAxis } from "./value-axis.ts";

function show(count: number) {
  const data = {
    labels: {},
    start: 0,
    step: 10,
    values: Float64Array.from({ length: count }, (_, index) => (index === 1 ? Number.NaN : index)),
  };
  const series: readonly ChartSeries[] = [{ id: "p", name: "prod", slot: 1, kind: "line", data }];
  const axis = valueAxis({ series, thresholds: [], unit: "count", scale: "linear", height: 200 });
  const span = { start: 0, end: 10 * count };
  render(
    <MantineProvider>
      <DataTable {...{ title: "Active requests", series, axis, span, height: 200, zone: "UTC" }} />
    </MantineProvider>,
  );
}

test("a chart's values can be read as a table, the newest first", () => {
  show(3);
  const rows = screen
    .getAllByRole("row")
    .map((row) => [...row.children].map((cell) => cell.textContent));
  expect(rows).toEqual([
    ["Time", "prod"],
    ["1 Jan 00:00:20", "2"],
    ["1 Jan 00:00:10", "–"],
    ["1 Jan 00:00:00", "0"],
  ]);
});

test("a long table is shown whole when asked for", async () => {
  show(100);
  expect(screen.getAllByRole("row")).toHaveLength(61);
  await userEvent.click(screen.getByRole("button", { name: "Show all 100 rows" }));
  expect(screen.getAllByRole("row")).toHaveLength(101);
});

function firstTimes(): (string | null)[] {
  return screen.getAllByRole("rowheader").map(({ textContent }) => textContent);
}

test("a table is sorted by any column, either way; gaps come last", async () => {
  show(3);
  await userEvent.click(screen.getByRole("button", { name: /^prod/ }));
  expect(firstTimes()).toEqual(["1 Jan 00:00:20", "1 Jan 00:00:00", "1 Jan 00:00:10"]);
  expect(screen.getByRole("columnheader", { name: /^prod/ })).toHaveAttribute(
    "aria-sort",
    "descending",
  );
  await userEvent.click(screen.getByRole("button", { name: /^prod/ }));
  expect(firstTimes()).toEqual(["1 Jan 00:00:00", "1 Jan 00:00:20", "1 Jan 00:00:10"]);
});

test("all of a table is copied, also the rows that are not shown", async () => {
  const { writeText } = userEvent.setup() && navigator.clipboard;
  let copied = "";
  navigator.clipboard.writeText = (text) => {
    copied = text;
    return Promise.resolve();
  };
  Object.defineProperty(window, "isSecureContext", { value: true, configurable: true });
  show(100);
  await userEvent.click(screen.getByRole("button", { name: "Active requests: Copy the table" }));
  expect(await screen.findByText("Copied")).toBeVisible();
  expect(copied.split("\n")).toHaveLength(101);
  expect(copied.split("\n")[1]).toBe("1 Jan 00:16:30\t99");
  navigator.clipboard.writeText = writeText;
});
