import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test } from "vitest";
import { CursorContext, createCursorStore } from "./cursor-store.ts";
import { NONE_HIDDEN } from "./hidden.ts";
import { Legend } from "./Legend.tsx";
import type { ChartSeries } from "./types.ts";
import { valueAxis } from "./value-axis.ts";

const SPAN = { start: 1000, end: 1030 };

function line(name: string, ...values: number[]): ChartSeries {
  const data = { labels: {}, start: 1000, step: 10, values: Float64Array.from(values) };
  return { id: name, name, slot: 1, kind: "line", data };
}

const PROD = line("prod", 10, Number.NaN, 30, 40);
const DEV = line("dev", 1, 2, 3, 4);
const QA = line("<b>qa</b>", 5, 6, 7, 8);

function show(series: readonly ChartSeries[]) {
  const cursor = createCursorStore();
  const axis = valueAxis({
    series,
    thresholds: [],
    unit: "requests/s",
    scale: "linear",
    height: 200,
  });
  function Page() {
    const [hidden, setHidden] = useState(NONE_HIDDEN);
    return <Legend {...{ series, axis, span: SPAN, hidden, onHidden: setHidden, zone: "UTC" }} />;
  }
  render(
    <CursorContext value={cursor}>
      <Page />
    </CursorContext>,
  );
  return cursor;
}

const shown = () =>
  screen
    .getAllByRole("button")
    .filter((button) => button.getAttribute("aria-pressed") === "true")
    .map((button) => button.textContent);

const values = () => screen.getAllByRole("listitem").map((item) => item.lastChild?.textContent);

test("a click hides a line, another one shows it again", async () => {
  show([PROD, DEV]);
  await userEvent.click(screen.getByRole("button", { name: "prod" }));
  expect(shown()).toEqual(["dev"]);
  await userEvent.click(screen.getByRole("button", { name: "prod" }));
  expect(shown()).toEqual(["prod", "dev"]);
});

test("Shift+click shows a line alone, and once more all of them", async () => {
  const user = userEvent.setup();
  show([PROD, DEV, QA]);
  await user.keyboard("{Shift>}");
  await user.click(screen.getByRole("button", { name: "dev" }));
  expect(shown()).toEqual(["dev"]);
  await user.click(screen.getByRole("button", { name: "dev" }));
  expect(shown()).toHaveLength(3);
});

test("keys reach and toggle every line", async () => {
  show([PROD, DEV]);
  await userEvent.tab();
  await userEvent.tab();
  await userEvent.keyboard(" ");
  expect(shown()).toEqual(["prod"]);
});

test("values are the newest, at the cursor those at its time, and a gap has none", async () => {
  const cursor = show([PROD, DEV]);
  expect(values()).toEqual(["40.0 req/s", "4.00 req/s"]);
  await act(async () => {
    cursor.set({ time: 1010, chart: "another", drawn: undefined });
    await new Promise(requestAnimationFrame);
  });
  expect(values()).toEqual(["–", "2.00 req/s"]);
});

test("a line that ended says when, and one without values says so", () => {
  show([line("prod", 1, Number.NaN, Number.NaN, Number.NaN), line("dev", Number.NaN)]);
  expect(values()).toEqual(["ended 00:16:40", "no data"]);
});

test("names are text, whatever they hold", () => {
  show([QA]);
  expect(screen.getByRole("button", { name: "<b>qa</b>" })).toBeInTheDocument();
});
