import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { open } from "../../../test/render.tsx";
import { World } from "../../../test/world.ts";

const NOW = Date.now() / 1000;

function rowOf(id: string): HTMLElement {
  const row = screen
    .getByRole("button", { name: new RegExp(id) })
    .closest<HTMLElement>("[role=row]");
  if (row === null) throw new Error(`${id} is in no row`);
  return row;
}

function heading(name: string): Promise<HTMLElement> {
  return screen.findByRole("heading", { name });
}

function ids(): string[] {
  return screen
    .getAllByRole("rowheader")
    .map((cell) => /dp-[\w-]+-\d+/.exec(cell.textContent)?.[0] ?? "");
}

function lineOf(name: string): HTMLElement | null {
  return screen.getByText(name).closest("li");
}

test("every data plane is fresh, link by link, when all is well", async () => {
  open(new World({ prod: 2, dev: 1 }), "/data-planes");
  expect(await heading("All 3 data planes are fresh, from the API to this page.")).toBeVisible();
  const cells = within(rowOf("dp-dev-01")).getAllByRole("cell");
  expect(cells.map(({ dataset }) => dataset["freshness"]).filter(Boolean)).toEqual(
    Array(5).fill("fresh"),
  );
  expect(cells.at(-1)).toHaveTextContent("8 of 8");
});

test("the worst comes first, and the silent link is named", async () => {
  const world = new World({ prod: 2, dev: 2 });
  world.plane("dp-dev-01").apiStoppedAt = NOW - 200;
  world.plane("dp-dev-02").cutAt = NOW - 4000;
  world.plane("dp-prod-02").lacks = ["cache"];
  open(world, "/data-planes");
  expect(await heading("dp-dev-01 is silent.")).toBeVisible();
  await waitFor(() =>
    expect(rowOf("dp-dev-02")).toHaveTextContent(
      "No answer within 8 s: its host is down or hangs, or the network is cut, last heard 1 h 6 min ago.",
    ),
  );
  expect(rowOf("dp-dev-01")).toHaveTextContent(
    "Its collector answers, but its API sends nothing, last heard 3 min ago.",
  );
  expect(rowOf("dp-prod-02")).toHaveTextContent("cache metrics are missing");
  expect(ids()).toEqual(["dp-dev-01", "dp-dev-02", "dp-prod-02", "dp-prod-01"]);
});

test("a data plane that nobody expects is shown, even of an unknown environment", async () => {
  const world = new World({ prod: 1, dev: 1 });
  world.plane("dp-dev-01").isStranger = true;
  const configuration = world.configuration();
  world.configuration = () => ({
    ...configuration,
    environments: configuration.environments.filter(({ name }) => name === "prod"),
  });
  open(world, "/data-planes");
  expect(await heading("dp-dev-01 is incomplete.")).toBeVisible();
  expect(rowOf("dp-dev-01")).toHaveTextContent("It sends metrics, and no inventory has it.");
});

test("one that never sent anything is unknown, not healthy", async () => {
  const world = new World({ prod: 1, dev: 1 });
  world.empty.add("dev");
  open(world, "/data-planes");
  expect(await heading("dp-dev-01 is unknown.")).toBeVisible();
  await waitFor(() =>
    expect(rowOf("dp-dev-01")).toHaveTextContent("Nobody has scraped it within a day"),
  );
  expect(rowOf("dp-dev-01").querySelectorAll("[data-freshness=fresh]")).toHaveLength(1); // this page
});

test("looking for one keeps the rest away, in the address too", async () => {
  const { router } = open(new World({ prod: 2, dev: 1 }), "/data-planes");
  await userEvent.type(await screen.findByLabelText("Find a data plane"), "dev");
  await waitFor(() => expect(ids()).toEqual(["dp-dev-01"]));
  expect(router.state.location.searchStr).toBe("?find=dev");
  await userEvent.type(screen.getByLabelText("Find a data plane"), "x");
  expect(await screen.findByText(/None of 3 data planes has “devx”/)).toBeVisible();
});

test("a row opens to its targets and to each kind of metrics", async () => {
  const world = new World({ prod: 1 });
  world.plane("dp-prod-01").lacks = ["cache", "sizes"];
  open(world, "/data-planes");
  await userEvent.click(await screen.findByRole("button", { name: /dp-prod-01/ }));
  expect(lineOf("cache")).toHaveTextContent("missing");
  expect(lineOf("sizes")).toHaveTextContent("none yet");
  expect(lineOf("192.168.56.21:8889")).toHaveTextContent("answered in 11 ms");
  expect(lineOf("inventory")).toHaveTextContent("a rule expects it");
});

test("metrics of a silent API are missing, not just unused", async () => {
  const world = new World({ prod: 1 });
  world.plane("dp-prod-01").apiStoppedAt = NOW - 200;
  open(world, "/data-planes");
  await userEvent.click(await screen.findByRole("button", { name: /dp-prod-01/ }));
  expect(lineOf("latency")).toHaveTextContent("missing");
  expect(lineOf("host")).not.toHaveTextContent("missing");
});

test("of a thousand only those on the screen are rows, and all of them are counted", async () => {
  open(new World({ prod: 999, dev: 1 }), "/data-planes");
  await heading("All 1000 data planes are fresh, from the API to this page.");
  expect(ids().length).toBeGreaterThan(5);
  expect(ids().length).toBeLessThan(50);
  expect(screen.getByRole("table")).toHaveAttribute("aria-rowcount", "1001");
  expect(rowOf("dp-prod-03")).toHaveAttribute("aria-rowindex", "4");
});

test("looking for the last of a thousand finds it, and tells how many of how many", async () => {
  open(new World({ prod: 999, dev: 1 }), "/data-planes");
  await heading("All 1000 data planes are fresh, from the API to this page.");
  await userEvent.type(screen.getByLabelText("Find a data plane"), "dev-01");
  await waitFor(() => expect(ids()).toEqual(["dp-dev-01"]));
  expect(screen.getByText("1 of 1000 data planes")).toBeVisible();
});

function button(id: string): HTMLElement {
  return screen.getByRole("button", { name: new RegExp(`^${id}`) });
}

test("arrows, Home and End lead through all rows, of which Tab stops at one", async () => {
  open(new World({ prod: 1000 }), "/data-planes");
  await heading("All 1000 data planes are fresh, from the API to this page.");
  button("dp-prod-01").focus();
  await userEvent.keyboard("{ArrowDown}{ArrowDown}");
  expect(button("dp-prod-03")).toHaveFocus();
  await userEvent.keyboard("{End}");
  expect(button("dp-prod-1000")).toHaveFocus();
  expect(document.querySelectorAll("[data-index] button[tabindex='0']")).toHaveLength(1);
  await userEvent.keyboard("{Enter}{Home}");
  expect(button("dp-prod-01")).toHaveFocus();
  expect(screen.getByRole("table")).toHaveAttribute("aria-rowcount", "1002");
});

test("paper has the first rows and says how many it has no room for", async () => {
  open(new World({ prod: 1000 }), "/data-planes");
  await heading("All 1000 data planes are fresh, from the API to this page.");
  act(() => void window.dispatchEvent(new Event("beforeprint")));
  expect(ids()).toHaveLength(100);
  expect(screen.getByText(/^And 900 more data planes/)).toBeVisible();
  act(() => void window.dispatchEvent(new Event("afterprint")));
  expect(ids().length).toBeLessThan(50);
  expect(screen.queryByText(/^And 900 more/)).toBeNull();
});

test("three hundred silent ones are asked for in an address that a server takes", async () => {
  const world = new World({ prod: 400 });
  for (const plane of world.planes.slice(0, 300)) plane.cutAt = NOW - 4000;
  const { asked } = open(world, "/data-planes");
  await waitFor(() => expect(rowOf("dp-prod-01")).toHaveTextContent("last heard 1 h 6 min ago"));
  expect(Math.max(...asked.map((path) => path.length))).toBeLessThan(8000);
});
