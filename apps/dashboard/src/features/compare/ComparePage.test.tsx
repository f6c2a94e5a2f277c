import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { open } from "../../../test/render.tsx";
import { World } from "../../../test/world.ts";

const NOW = Date.now() / 1000;

function slow(): World {
  const world = new World({ prod: 1, dev: 1, qa: 1 });
  world.plane("dp-prod-01").slowFrom = NOW - 900;
  return world;
}

function rowOf(name: string): HTMLElement {
  const row = screen
    .getByRole("rowheader", { name: new RegExp(name) })
    .closest<HTMLElement>("[role=row]");
  if (row === null) throw new Error(`${name} is in no row`);
  return row;
}

afterEach(() => vi.restoreAllMocks());

// All of its latency is slow; by which quantile it differs most, the noise of the moment decides.
test("the page says what differs most from the baseline", async () => {
  open(slow(), "/compare?base=dev");
  expect(
    await screen.findByRole("heading", {
      name: /^The p(50|95|99) latency of prod is .+ times that of dev\.$/,
    }),
  ).toBeVisible();
  expect(rowOf("dev")).toHaveTextContent("baseline");
});

test("the baseline can be the odd one", async () => {
  open(slow(), "/compare?base=prod");
  expect(
    await screen.findByRole("heading", {
      name: /p(50|95|99) latency of prod, the baseline, is at least/,
    }),
  ).toBeVisible();
});

test("signal, comparison and baseline stand in the address", async () => {
  const { router } = open(slow(), "/compare");
  await userEvent.click(await screen.findByRole("button", { name: "Errors" }));
  await userEvent.click(screen.getByRole("button", { name: "Ratio" }));
  await userEvent.selectOptions(screen.getByLabelText("Baseline"), "qa");
  await waitFor(() =>
    expect(router.state.location.searchStr).toBe("?signal=errors&mode=ratio&base=qa"),
  );
  expect(await screen.findByRole("heading", { name: "Errors: times that of qa" })).toBeVisible();
  const legend = within(screen.getByRole("region", { name: "Errors: times that of qa" }));
  expect(legend.getByRole("button", { name: "prod" })).toBeVisible();
  expect(legend.queryByRole("button", { name: "qa" })).toBeNull();
});

test("side by side there is a chart for each environment", async () => {
  open(slow(), "/compare?mode=multiples&env=dev,prod");
  const panel = within(await screen.findByRole("region", { name: "Latency p95" }));
  await waitFor(() => expect(panel.getAllByRole("list")).toHaveLength(2));
});

test("side by side nothing is drawn that cannot be seen", async () => {
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      observe() {}
      disconnect() {}
    },
  );
  open(slow(), "/compare?mode=multiples");
  const panel = await screen.findByRole("region", { name: "Latency p95" });
  await waitFor(() => expect(panel).toHaveAttribute("aria-busy", "false"));
  expect(within(panel).queryByRole("list")).toBeNull();
});

test("more environments than a chart can have are counted", async () => {
  const shape = Object.fromEntries(Array.from({ length: 52 }, (_, index) => [`e${index}`, 1]));
  open(new World(shape), "/compare?range=5m");
  expect(await screen.findByText(/^50 of 52 environments are drawn\./)).toBeVisible();
});

test("one environment alone is no comparison", async () => {
  open(slow(), "/compare?env=prod&base=prod&mode=difference");
  expect(await screen.findByText("prod stands alone.")).toBeVisible();
  expect(screen.getByText(/Choose a second environment to compare with prod/)).toBeVisible();
});

test("the CSV has the numbers that are shown, and what was asked for", async () => {
  const world = slow();
  world.warnings = ["store 10.0.0.3:10901 is gone"];
  open(world, "/compare?base=dev&signal=errors");
  let file: Blob | undefined;
  URL.createObjectURL = (blob: Blob) => {
    file = blob;
    return "blob:here";
  };
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => undefined);
  await userEvent.click(await screen.findByRole("button", { name: "Errors: Save as CSV" }));
  const lines = ((await file?.text()) ?? "").trimEnd().split("\r\n");
  expect(lines).toEqual(expect.arrayContaining(["panel,Errors", "baseline,dev", "unit,ratio"]));
  expect(lines).toContainEqual(expect.stringMatching(/^query,"environment:http_errors:ratio_/));
  expect(lines).toContain("warning,store 10.0.0.3:10901 is gone");
  const head = lines.indexOf("time,dev,prod,qa");
  expect(lines.slice(head + 1)).toHaveLength(361);
});

test("old numbers are said to be old when the control plane falls silent", async () => {
  const world = slow();
  open(world, "/compare?base=dev");
  await screen.findByRole("heading", { name: /times that of dev\.$/ });
  world.outage = { status: 502, body: "" };
  await userEvent.click(screen.getByRole("button", { name: "Refresh" }));
  expect(await screen.findByText(/The control plane answered 502/)).toHaveTextContent(
    "What you see is",
  );
});
