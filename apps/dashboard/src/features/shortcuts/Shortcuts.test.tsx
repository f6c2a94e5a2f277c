import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { open } from "../../../test/render.tsx";
import { World } from "../../../test/world.ts";

const WORLD = { prod: 2, dev: 1, qa: 1 };

async function start(address = "/") {
  const opened = open(new World(WORLD), address);
  await screen.findByRole("heading", { level: 1, name: /healthy|Metrics|Compare|baseline|dev/ });
  return opened;
}

const addressOf = ({ router }: ReturnType<typeof open>) => router.state.location.href;

test("pages, ranges and comparisons are reached by single keys", async () => {
  const opened = await start();
  await userEvent.keyboard("gm");
  await screen.findByRole("heading", { name: "Metrics of all 3 environments" });
  await userEvent.keyboard("4");
  await waitFor(() => expect(addressOf(opened)).toBe("/metrics?range=6h"));
  await userEvent.keyboard("c");
  await waitFor(() => expect(addressOf(opened)).toBe("/compare?range=6h"));
  await userEvent.keyboard("go");
  await waitFor(() => expect(addressOf(opened)).toBe("/?range=6h"));
});

test("a range is moved, and fixed for a link", async () => {
  const opened = await start();
  await userEvent.keyboard("t{ArrowLeft}");
  await waitFor(() => expect(addressOf(opened)).toMatch(/start=(\d+)&end=(\d+)$/));
  await userEvent.keyboard("t{ArrowRight}");
  await waitFor(() => expect(addressOf(opened)).toBe("/"));
  await userEvent.keyboard("ta");
  await waitFor(() => expect(addressOf(opened)).toMatch(/start=(\d+)&end=(\d+)$/));
});

test("refreshing pauses, goes on and happens at once", async () => {
  const { asked, ...opened } = await start();
  await userEvent.keyboard("p");
  await waitFor(() => expect(opened.router.state.location.searchStr).toBe("?refresh=off"));
  await userEvent.keyboard("p");
  await waitFor(() => expect(opened.router.state.location.searchStr).toBe(""));
  const before = asked.length;
  await userEvent.keyboard("r");
  await waitFor(() => expect(asked.length).toBeGreaterThan(before));
});

test("keys that wait for another one say which, and nobody's text is taken for keys", async () => {
  const opened = await start();
  await userEvent.keyboard("g");
  expect(await screen.findByText("Go to Compare")).toBeVisible();
  await userEvent.keyboard("x");
  await waitFor(() => expect(screen.queryByText("Go to Compare")).not.toBeInTheDocument());
  await userEvent.keyboard("gd");
  const field = await screen.findByRole("searchbox");
  await userEvent.type(field, "r4c");
  expect(field).toHaveValue("r4c");
  expect(addressOf(opened)).toContain("/data-planes?find=r4c");
  await userEvent.keyboard("{Control>}k{/Control}");
  expect(await screen.findByRole("combobox", { name: "Find a page or an action" })).toBeVisible();
});

test("the palette finds what is meant, by keys alone", async () => {
  const opened = await start();
  await userEvent.keyboard("{Control>}k{/Control}");
  const field = await screen.findByRole("combobox", { name: "Find a page or an action" });
  field.focus();
  const active = () =>
    document.getElementById(field.getAttribute("aria-activedescendant") ?? "")?.textContent;
  expect(active()).toMatch(/^Go to Overview/);
  await userEvent.keyboard("{ArrowDown}");
  expect(active()).toMatch(/^Go to Metrics/);
  await userEvent.keyboard("prod-02");
  expect(active()).toMatch(/^Metrics of data plane dp-prod-02 in prod/);
  await userEvent.keyboard("{Enter}");
  await waitFor(() => expect(addressOf(opened)).toBe("/metrics?env=prod&plane=dp-prod-02"));
  expect(screen.queryByRole("listbox")).not.toBeInTheDocument();
});

test("an environment is chosen by its key and some of its letters", async () => {
  const opened = await start();
  await userEvent.keyboard("e");
  const field = await screen.findByRole("combobox", { name: "Choose an environment" });
  field.focus();
  expect(within(screen.getByRole("listbox")).getAllByRole("option")).toHaveLength(4);
  await userEvent.keyboard("qa{Enter}");
  await waitFor(() => expect(addressOf(opened)).toBe("/?env=qa"));
});

test("the help lists the keys of the palette's own commands; single ones can be turned off", async () => {
  const opened = await start();
  await userEvent.keyboard("?");
  const help = await screen.findByRole("dialog", { name: "Keys" });
  for (const words of ["Refresh now", "Go to Data planes", "Show the last 24h"]) {
    expect(within(help).getByText(words)).toBeInTheDocument();
  }
  await userEvent.click(within(help).getByRole("checkbox", { name: "Keys without Ctrl act" }));
  await userEvent.click(within(help).getByRole("button", { name: "Close" }));
  await userEvent.keyboard("4");
  await userEvent.keyboard("{Control>}k{/Control}");
  expect(await screen.findByRole("combobox", { name: "Find a page or an action" })).toBeVisible();
  expect(addressOf(opened)).toBe("/");
});

test("a panel fills the screen by its key, and gives it back by Escape", async () => {
  const opened = await start("/metrics?env=dev");
  (await screen.findByRole("button", { name: "Error rate: Show the PromQL" })).focus();
  await userEvent.keyboard("v");
  await waitFor(() => expect(addressOf(opened)).toBe("/metrics?env=dev&panel=Error+rate"));
  const panel = screen.getByRole("region", { name: "Error rate" });
  expect(panel).toHaveAttribute("data-full");
  await userEvent.keyboard("{Escape}");
  await waitFor(() => expect(panel).not.toHaveAttribute("data-full"));
});
