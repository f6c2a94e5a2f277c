import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { open } from "../../../test/render.tsx";
import { World } from "../../../test/world.ts";

function worldWith(...templates: object[]) {
  const world = new World({ prod: 1 });
  world.templates.set("index", JSON.stringify({ templates }));
  return world;
}

const SLO = { name: "slo", title: "SLO", description: "Budgets", from: "shipped" };
const OURS = { name: "ours", title: "Our nodes", description: "", from: "yours" };

function names(): (string | null)[] {
  return screen.getAllByRole("listitem").map((row) => row.querySelector("a")?.textContent ?? null);
}

test("templates are listed by title, with where they are from, to be opened or taken away", async () => {
  open(worldWith(SLO, OURS), "/dashboards?env=prod");
  expect(await screen.findByText("2 dashboards")).toBeVisible();
  expect(names()).toEqual(["Our nodes", "SLO"]);
  expect(screen.getByText("yours")).toBeVisible();
  expect(screen.getByRole("link", { name: "SLO" })).toHaveAttribute(
    "href",
    "/dashboards/slo?env=prod",
  );
  const download = screen.getByRole("link", { name: "SLO: Download as JSON" });
  expect(download).toHaveAttribute("href", "/templates/slo.json");
  expect(download).toHaveAttribute("download", "slo.json");
});

test("what is looked for stands in the address", async () => {
  const { router } = open(worldWith(SLO, OURS), "/dashboards");
  await userEvent.type(await screen.findByRole("searchbox"), "budget");
  await waitFor(() => expect(names()).toEqual(["SLO"]));
  expect(router.state.location.searchStr).toBe("?find=budget");
  expect(screen.getByText("1 of 2 dashboards")).toBeVisible();
  await userEvent.type(screen.getByRole("searchbox"), "x");
  expect(await screen.findByText("No dashboard is called like “budgetx”.")).toBeVisible();
});
