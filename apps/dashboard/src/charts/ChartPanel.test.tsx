import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { ChartPanel } from "./ChartPanel.tsx";
import type { Drawn } from "./ChartPanel.tsx";

const SPAN = { start: 1000, end: 1030 };
const data = { labels: {}, start: 1000, step: 10, values: Float64Array.of(1, 2, 3, 4) };
const draw = (drawn: Drawn) => drawn;

function show(series: Drawn["series"]) {
  const state = {
    kind: "shown" as const,
    data: { series, span: SPAN },
    at: 1030,
    notes: { partial: [], remarks: [] },
    stale: undefined,
    isRefreshing: false,
  };
  render(
    <MantineProvider>
      <ChartPanel
        title="Request rate"
        unit="requests/s"
        state={state}
        draw={draw}
        emptiness="0 series for prod."
      />
    </MantineProvider>,
  );
}

test("a chart can be read as a table, and looked at again", async () => {
  show([{ id: "prod", name: "prod", slot: 1, kind: "line", data }]);
  await userEvent.click(screen.getByRole("button", { name: "Request rate: Show as a table" }));
  expect(screen.getAllByRole("row")).toHaveLength(5);
  await userEvent.click(screen.getByRole("button", { name: "Request rate: Show as a chart" }));
  expect(screen.queryByRole("table")).not.toBeInTheDocument();
});

test("a panel without series says so", () => {
  show([]);
  expect(screen.getByText("0 series for prod.")).toBeInTheDocument();
});
