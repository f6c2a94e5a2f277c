import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { open } from "../../../test/render.tsx";
import { World } from "../../../test/world.ts";

const MINUTE = 60;

function present(): number {
  return Date.now() / 1000;
}

/** The panel of the environments, once the page is there. */
async function environments() {
  return within(await screen.findByRole("region", { name: "Environments" }));
}

/** The questions about now, which are those of the environments' panel. */
function askedNow(asked: readonly string[]): string[] {
  return asked.filter((path) => path.startsWith("/api/v1/query?") && path.includes("ALERTS"));
}

async function rowOf(name: string): Promise<HTMLElement> {
  const rows = await screen.findAllByRole("row");
  const row = rows.find((one) => within(one).queryByText(name) !== null);
  if (row === undefined) throw new Error(`there is no row ${name}`);
  return row;
}

async function namesInOrder(): Promise<(string | null)[]> {
  const names = await screen.findAllByRole("rowheader");
  return names.map((one) => one.querySelector("[title]")?.textContent ?? null);
}

test("says in words that all is well", async () => {
  open(new World({ prod: 2, dev: 1 }));
  expect(
    await screen.findByRole("heading", { name: "All 2 environments are healthy." }),
  ).toBeVisible();
  expect(within(await rowOf("prod")).getByText("Healthy")).toBeVisible();
});

test("names who hurts, why and for how long, and sorts them first", async () => {
  const world = new World({ dev: 1, prod: 1, qa: 1 });
  world.plane("dp-prod-01").slowFrom = present() - 20 * MINUTE;
  open(world);
  const sentence = await screen.findByText(/^prod is degraded: p95 .+, over 500 ms for \d+ min\.$/);
  expect(sentence).toBeVisible();
  expect(screen.getByText(/dev and qa are healthy/)).toBeVisible();
  expect(await namesInOrder()).toEqual(["prod", "dev", "qa"]);
});

test.each([
  [45, "Stale", /does not answer, last metrics \d+ s ago/],
  [300, "Down", /does not answer, last metrics \d min ago/],
])("a data plane that stopped %i s ago is %s, with its age", async (age, state, words) => {
  const world = new World({ prod: 1 });
  world.plane("dp-prod-01").stoppedAt = present() - age;
  open(world);
  const row = await rowOf("prod");
  expect(await within(row).findByText(state)).toBeVisible();
  expect(within(row).getByText(words)).toBeVisible();
});

test("an environment that never sent anything is unknown, not healthy", async () => {
  const world = new World({ prod: 1, qa: 1 });
  world.empty.add("qa");
  open(world);
  const row = await rowOf("qa");
  expect(await within(row).findByText("Prometheus does not scrape it")).toBeVisible();
  expect(within(row).getByText("Unknown")).toBeVisible();
});

test("after a partial answer absence is no fact", async () => {
  const world = new World({ prod: 1, qa: 1 });
  world.empty.add("qa");
  world.warnings = ["store 10.0.0.3:10901 is gone"];
  open(world);
  const row = await rowOf("qa");
  const words = "cannot be known, since part of the data is missing";
  expect(await within(row).findByText(words)).toBeVisible();
  expect(within(row).getByText("not known")).toBeVisible();
  expect(screen.queryByText("none in a day")).toBeNull();
  expect(screen.getByText(/Part of the data is missing\.$/)).toBeVisible();
});

test("without scrapes everybody is stale and nobody is down", async () => {
  const world = new World({ prod: 2, dev: 1 });
  world.scrapesEndedAt = present() - 10 * MINUTE;
  open(world);
  expect(await screen.findAllByText("Stale")).toHaveLength(2);
  expect(screen.queryByText("Down")).toBeNull();
});

test("a row opens to its data planes, the worst first", async () => {
  const world = new World({ prod: 3 });
  world.plane("dp-prod-02").stoppedAt = present() - 300;
  open(world);
  await screen.findByText("1 of 3 data planes down");
  await userEvent.click((await environments()).getByRole("button", { name: /^prod/ }));
  const planes = await screen.findAllByText(/^dp-prod-/);
  expect(planes.map(({ textContent }) => textContent)).toEqual([
    "dp-prod-02",
    "dp-prod-01",
    "dp-prod-03",
  ]);
});

test("what is read aloud changes with the states and not with every figure", async () => {
  const world = new World({ prod: 1, dev: 1 });
  world.plane("dp-prod-01").slowFrom = present() - 20 * MINUTE;
  open(world);
  await screen.findByText(/^prod is degraded: p95/);
  expect(screen.getByRole("status")).toHaveTextContent(/^prod is degraded\. dev is healthy\.$/);
});

test("a link to one environment asks for no other", async () => {
  const { asked } = open(new World({ prod: 1, dev: 1 }), "/?env=dev");
  expect(await screen.findByRole("heading", { name: "dev is healthy." })).toBeVisible();
  expect(screen.queryByText("prod")).toBeNull();
  expect(asked.filter((path) => path.includes("prod"))).toEqual([]);
});

test("what is missing from an answer is named", async () => {
  const world = new World({ prod: 1 });
  world.warnings = ["store 10.0.0.3:10901 is gone", "PromQL info: no counter"];
  open(world);
  const panel = await environments();
  const strip = await panel.findByText("Something is missing: store 10.0.0.3:10901 is gone");
  expect(strip).toBeVisible();
  expect(panel.getByRole("button", { name: "1 remark" })).toBeVisible();
});

test("a failure keeps the old picture, says so with its age, and passes", async () => {
  const world = new World({ prod: 1 });
  open(world);
  await screen.findByRole("heading", { name: "prod is healthy." });
  world.outage = { status: 500, body: "" };
  const refresh = screen.getByRole("button", { name: "Refresh" });
  await userEvent.click(refresh);
  expect(await screen.findByText(/The control plane answered 500/)).toBeVisible();
  expect(screen.getByText(/What you see is/)).toBeVisible();
  expect(within(await rowOf("prod")).getByText("Healthy")).toBeInTheDocument();
  world.outage = undefined;
  await userEvent.click(refresh);
  expect(await screen.findByRole("heading", { name: "prod is healthy." })).toBeVisible();
  expect(screen.queryByText(/The control plane answered 500/)).toBeNull();
});

test("a control plane that does not answer at first is tried again", async () => {
  const world = new World({ prod: 1 });
  world.outage = { status: 502, body: "<html>" };
  const { asked } = open(world);
  expect(await screen.findByText("Nothing is known.")).toBeVisible();
  expect(askedNow(asked)).toHaveLength(3);
  world.outage = undefined;
  await userEvent.click((await environments()).getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("heading", { name: "prod is healthy." })).toBeVisible();
});

test("a control plane that watches nobody says so", async () => {
  open(new World({}));
  expect(await screen.findByText("No environment is configured.")).toBeVisible();
});

test("until the first answer the place of the rows is kept", async () => {
  const world = new World({ prod: 1 });
  open(world);
  const panel = await screen.findByRole("region", { name: "Environments" });
  expect(within(panel).getByLabelText("Loading")).toBeVisible();
  expect(panel).toHaveAttribute("aria-busy", "true");
  await rowOf("prod");
  expect(within(panel).queryByLabelText("Loading")).toBeNull();
});

test("a query that the server refuses is not tried again, and its words are shown", async () => {
  const world = new World({ prod: 1 });
  const body = JSON.stringify({ status: "error", errorType: "bad_data", error: "parse error" });
  world.outage = { status: 400, body };
  const { asked } = open(world);
  const words = await screen.findAllByText("The query was refused: parse error");
  expect(words[0]).toBeVisible();
  expect(askedNow(asked)).toHaveLength(1);
});

test("what failed stays so while it is asked for again", async () => {
  const world = new World({ prod: 1 });
  world.outage = { status: 500, body: "" };
  open(world);
  await screen.findByText("Nothing is known.");
  vi.stubGlobal("fetch", () => new Promise(() => {}));
  const refresh = screen.getByRole("button", { name: "Refresh" });
  await userEvent.click(refresh);
  await waitFor(() => expect(refresh.querySelector(".turning")).toBeInTheDocument());
  expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Nothing is known.");
});

async function linesIn(name: string): Promise<(string | null | undefined)[]> {
  const panel = await screen.findByRole("region", { name });
  const items = await within(panel).findAllByRole("listitem");
  return items.map((item) => item.querySelector("button")?.textContent);
}

test("the golden signals of all chosen environments lead to the same panels on Metrics", async () => {
  const { router } = open(new World({ prod: 2, dev: 1, qa: 1 }), "/?env=prod,qa&range=15m");
  const names = ["Request rate", "Latency p95", "Error rate", "Active requests"];
  expect(await Promise.all(names.map(linesIn))).toEqual(names.map(() => ["prod", "qa"]));
  await userEvent.click(screen.getByRole("link", { name: "Error rate" }));
  await screen.findByRole("heading", { name: "Metrics of prod and qa" });
  expect(router.state.location.href).toBe("/metrics?env=prod,qa&range=15m#errors");
  expect(document.querySelector("#errors")).toContainElement(
    screen.getByRole("region", { name: "Error rate" }),
  );
});

test("who differs is named with what and how much, and leads to the comparison", async () => {
  const world = new World({ prod: 1, dev: 1, qa: 1 });
  world.plane("dp-prod-01").slowFrom = present() - 20 * MINUTE;
  open(world);
  const name = /^The p95 latency of prod is .+ times that of the others\.$/;
  const link = await screen.findByRole("link", { name });
  expect(link.getAttribute("href")).toMatch(/^\/compare\?signal=p95&base=(dev|qa)$/);
});

test("environments that are alike are said to be", async () => {
  open(new World({ prod: 1, dev: 1 }));
  expect(await screen.findByText(/^All environments are alike/)).toBeVisible();
});

test("of many data planes those on the screen are rows, and ask for lines some at a time", async () => {
  const world = new World({ prod: 900, dev: 1 });
  for (const plane of world.planes.slice(100, 400)) plane.stoppedAt = present() - 300;
  const { asked } = open(world);
  await screen.findByText("300 of 900 data planes down");
  await userEvent.click((await environments()).getByRole("button", { name: /^prod/ }));
  const table = screen.getByRole("table", { name: "Environments" });
  expect(table).toHaveAttribute("aria-rowcount", "904"); // with header and search
  const names = () => [...table.querySelectorAll("[data-index]")];
  expect(names()[0]).toHaveTextContent(/^dp-prod-101Down/);
  expect(names()[0]).toHaveAttribute("aria-rowindex", "4");
  expect(names().length).toBeLessThan(50);
  await waitFor(() => expect(names()[0]?.querySelector("svg path")).toBeInTheDocument());
  const lines = asked.filter((path) => path.includes("query_range") && path.includes("dp-prod"));
  const most = lines.map((path) => decodeURIComponent(path).split("dp-prod-").length - 1);
  expect(Math.max(...most)).toBeLessThanOrEqual(50);
  expect(Math.max(...asked.map((path) => path.length))).toBeLessThan(8000);
  await userEvent.type(screen.getByLabelText("Find a data plane of prod"), "dp-prod-900");
  await waitFor(() => expect(names()).toHaveLength(1));
  expect(screen.getByText("1 of 900 data planes")).toBeVisible();
});

test("the rows' numbers are asked for before any line", async () => {
  const { asked } = open(new World({ prod: 2 }));
  await rowOf("prod");
  await waitFor(() => expect(asked.some((path) => path.includes("query_range"))).toBe(true));
  const questions = asked.filter((path) => path.startsWith("/api/v1/query"));
  const firstLine = questions.findIndex((path) => path.includes("query_range"));
  expect(askedNow(questions.slice(0, firstLine))).toHaveLength(1);
});
