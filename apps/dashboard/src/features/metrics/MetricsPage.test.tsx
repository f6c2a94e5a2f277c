import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { open } from "../../../test/render.tsx";
import { World } from "../../../test/world.ts";

const NOW = Date.now() / 1000;

afterEach(() => {
  vi.restoreAllMocks();
});

function panel(name: string): HTMLElement {
  return screen.getByRole("region", { name });
}

/** The names of a panel's lines, as its legend has them. */
async function linesIn(name: string): Promise<string[]> {
  const items = await within(panel(name)).findAllByRole("listitem");
  return items.map((item) => item.querySelector("button")?.textContent ?? "");
}

/** The names of those lines of a panel that are not hidden. */
async function drawn(name: string): Promise<(string | null)[]> {
  const region = within(await screen.findByRole("region", { name }));
  const items = await region.findAllByRole("button", { pressed: true });
  return items.map((item) => item.textContent);
}

/** What the browser is given to be saved. */
function saved(): Promise<string> {
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockReturnValue();
  return new Promise((resolve) => {
    vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
      resolve((blob as Blob).text());
      return "blob:made";
    });
  });
}

test("one environment shows its percentiles, its shop and its routes", async () => {
  open(new World({ prod: 2, dev: 1 }), "/metrics?env=prod");
  await screen.findByRole("heading", { name: "Metrics of prod" });
  expect(await linesIn("Latency")).toEqual(["p50", "p95", "p99"]);
  expect(await linesIn("Payments")).toEqual(["authorised", "declined", "error"]);
  expect(await linesIn("Error rate by route")).toContain("/api/orders");
  expect(await within(panel("Circuit breakers")).findAllByText("closed")).toHaveLength(3);
});

test("several environments have a line each, and the chosen percentile", async () => {
  const { router } = open(new World({ prod: 2, dev: 1 }), "/metrics");
  await screen.findByRole("heading", { name: "Metrics of all 2 environments" });
  expect(await linesIn("Latency p95")).toEqual(["prod", "dev"]);
  await userEvent.click(screen.getByRole("button", { name: "p99" }));
  expect(await linesIn("Latency p99")).toEqual(["prod", "dev"]);
  expect(router.state.location.searchStr).toBe("?quantile=p99");
  await userEvent.click(within(panel("By route")).getByRole("button", { name: "dev" }));
  expect(await screen.findByRole("region", { name: "Request rate by route" })).toBeVisible();
});

test("a data plane can be looked at alone", async () => {
  const { router } = open(new World({ prod: 2 }), "/metrics?env=prod");
  await userEvent.selectOptions(await screen.findByLabelText("Data plane"), "dp-prod-02");
  await screen.findByRole("heading", { name: "Metrics of dp-prod-02" });
  await waitFor(async () => expect(await linesIn("Active requests")).toEqual(["dp-prod-02"]));
  expect(router.state.location.searchStr).toBe("?env=prod&plane=dp-prod-02");
});

test("faults and alerts are told in words, and what goes on has no end", async () => {
  const world = new World({ prod: 1, dev: 1 });
  world.plane("dp-prod-01").slowFrom = NOW - 900;
  open(world, "/metrics");
  const list = await screen.findByRole("list", { name: "What happened" });
  const told = within(list)
    .getAllByRole("listitem")
    .map((item) => item.textContent ?? "");
  expect(told).toContainEqual(
    expect.stringMatching(/^latency fault in prod ?since \d\d:\d\d:\d\d$/),
  );
  expect(told).toContainEqual(
    expect.stringMatching(/^LatencyHigh \(critical\) alert in prod ?since/),
  );
});

test("a panel shows its PromQL, and where it can be looked at", async () => {
  open(new World({ prod: 2 }), "/metrics?env=prod");
  await userEvent.click(await screen.findByRole("button", { name: "Orders: Show the PromQL" }));
  expect(await screen.findByText(/rate\(shop_orders_created_total/)).toBeVisible();
  const link = screen.getByRole("link", { name: "Open in Prometheus" });
  const { searchParams } = new URL(link.getAttribute("href") ?? "");
  expect(searchParams.get("g0.expr")).toContain("shop_orders_created_total");
});

test("nobody asks for panels that cannot be seen; a saved page has them all the same", async () => {
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      observe() {}
      disconnect() {}
    },
  );
  const { asked } = open(new World({ prod: 2 }), "/metrics?env=prod");
  await screen.findByText("No deploy, fault or alert in this range.");
  expect(asked.filter((path) => path.includes("http_requests"))).toEqual([]);
  const file = saved();
  await userEvent.click(screen.getByRole("button", { name: "Save page as CSV" }));
  const text = await file;
  expect(text).toMatch(/^# environment: prod\r\n/);
  expect(text).toContain("# timezone: UTC\r\n");
  for (const title of ["Request rate", "Latency", "Payments", "Error rate by route"]) {
    expect(text).toContain(`Z,${title},`);
  }
});

test("a link reproduces which lines are drawn", async () => {
  const { router } = open(new World({ prod: 2 }), "/metrics?env=prod");
  await screen.findByRole("heading", { name: "Metrics of prod" });
  expect(await linesIn("Latency")).toHaveLength(3);
  await userEvent.click(within(panel("Latency")).getByRole("button", { name: "p50" }));
  const declined = await within(panel("Payments")).findByRole("button", { name: "declined" });
  const user = userEvent.setup();
  await user.keyboard("{Shift>}");
  await user.click(declined);
  const link = "?env=prod&hide=latency:p50.prod,payments:prod.authorised,payments:prod.error";
  await waitFor(() => expect(router.state.location.searchStr).toBe(link));
  cleanup();
  open(new World({ prod: 2 }), `/metrics${link}`);
  await screen.findByRole("heading", { name: "Metrics of prod" });
  expect(await drawn("Latency")).toEqual(["p95", "p99"]);
  expect(await drawn("Payments")).toEqual(["declined"]);
});

test("a panel is saved as it is drawn, without the lines that are hidden", async () => {
  open(new World({ prod: 2 }), "/metrics?env=prod");
  await screen.findByRole("heading", { name: "Metrics of prod" });
  expect(await linesIn("Latency")).toHaveLength(3);
  await userEvent.click(within(panel("Latency")).getByRole("button", { name: "p50" }));
  const file = saved();
  await userEvent.click(screen.getByRole("button", { name: "Latency: Save as CSV" }));
  expect(await file).toContain("\r\ntime,p95,p99\r\n");
});

test("one data plane of hundreds is found by a part of its name, by keys alone", async () => {
  const { router } = open(new World({ prod: 300 }), "/metrics?env=prod");
  const user = userEvent.setup();
  (await screen.findByRole("button", { name: "Data plane: All 300 data planes" })).focus();
  await user.keyboard("{Enter}");
  const field = await screen.findByRole("combobox", { name: "Find in data plane" });
  await waitFor(() => expect(field).toHaveFocus());
  expect(screen.getByText("and 251 more; type to narrow them down")).toBeVisible();
  await user.keyboard("29");
  expect(screen.getAllByRole("option").map(({ textContent }) => textContent)).toContain(
    "dp-prod-290",
  );
  await user.keyboard("7{Enter}");
  await screen.findByRole("heading", { name: "Metrics of dp-prod-297" });
  expect(router.state.location.searchStr).toBe("?env=prod&plane=dp-prod-297");
  const chosen = screen.getByRole("button", { name: "Data plane: dp-prod-297" });
  await waitFor(() => expect(chosen).toHaveFocus());
});

test("a saved page has the earlier time that is drawn behind each line", async () => {
  open(new World({ prod: 1 }), "/metrics?env=prod&previous=1");
  await screen.findByRole("heading", { name: "Metrics of prod" });
  const file = saved();
  await userEvent.click(screen.getByRole("button", { name: "Save page as CSV" }));
  const text = await file;
  const timesOf = (query: string) =>
    [...text.matchAll(/^(\S+Z),Orders,(orders|"orders, 1 h before"),/gm)]
      .filter(([, , name]) => name === query)
      .map(([, time]) => time);
  expect(timesOf("orders").length).toBeGreaterThan(10);
  expect(timesOf('"orders, 1 h before"')).toEqual(timesOf("orders"));
});
