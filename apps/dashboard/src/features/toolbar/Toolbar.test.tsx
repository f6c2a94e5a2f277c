import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { open } from "../../../test/render.tsx";
import { World } from "../../../test/world.ts";

const WORLD = { prod: 1, dev: 1, qa: 1 };

test("choosing environments changes what the page shows and its address", async () => {
  const { router } = open(new World(WORLD));
  await userEvent.click(await screen.findByRole("button", { name: "All environments" }));
  await userEvent.click(await screen.findByRole("checkbox", { name: "dev" }));
  expect(await screen.findByRole("heading", { name: "dev is healthy." })).toBeVisible();
  await userEvent.click(screen.getByRole("checkbox", { name: "qa" }));
  expect(
    await screen.findByRole("heading", { name: "All 2 environments are healthy." }),
  ).toBeVisible();
  expect(router.state.location.searchStr).toBe("?env=dev,qa");
  await userEvent.click(screen.getByRole("checkbox", { name: "All environments" }));
  await waitFor(() => expect(router.state.location.searchStr).toBe(""));
});

test("choosing a range asks for it, and the address keeps it from page to page", async () => {
  const { router, asked } = open(new World(WORLD));
  await userEvent.click(await screen.findByRole("button", { name: "6h" }));
  await waitFor(() => expect(asked.some((path) => path.includes("step=60"))).toBe(true));
  expect(screen.getByRole("button", { name: "6h" })).toHaveAttribute("aria-pressed", "true");
  await userEvent.click(screen.getByRole("link", { name: "Metrics" }));
  await screen.findByRole("heading", { name: "Metrics of all 3 environments" });
  expect(router.state.location.href).toBe("/metrics?range=6h");
  expect(screen.getByRole("link", { name: "Metrics" })).toHaveAttribute("aria-current", "page");
  expect(screen.getByRole("link", { name: "Overview" })).not.toHaveAttribute("aria-current");
});

test("a link to a fixed range shows its ends", async () => {
  const { asked } = open(new World(WORLD), "/?start=1763870400&end=1763874000");
  expect(await screen.findByRole("button", { name: /23 Nov .* – 23 Nov/ })).toBeVisible();
  await waitFor(() => {
    const range = asked.find((path) => path.includes("query_range"));
    expect(range).toContain("start=1763870400&end=1763874000");
  });
});

test("refreshing can be turned off, and done by hand", async () => {
  const { router, asked } = open(new World(WORLD));
  await screen.findByRole("heading", { name: "All 3 environments are healthy." });
  await userEvent.selectOptions(screen.getByLabelText("Refresh every"), "off");
  expect(router.state.location.searchStr).toBe("?refresh=off");
  const before = asked.length;
  await userEvent.click(screen.getByRole("button", { name: "Refresh" }));
  await waitFor(() => expect(asked.length).toBe(before + before - 1)); // all but the configuration
});

test("an unknown environment in a link is named, and all others are shown", async () => {
  open(new World(WORLD), "/?env=staging");
  expect(
    await screen.findByRole("heading", { name: "All 3 environments are healthy." }),
  ).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "All environments" }));
  expect(await screen.findByText("Not known here: staging")).toBeVisible();
});

test("the theme goes round, and is remembered", async () => {
  open(new World(WORLD));
  await userEvent.click(await screen.findByRole("button", { name: "Theme: as the system" }));
  await userEvent.click(await screen.findByRole("button", { name: "Theme: light" }));
  expect(document.documentElement).toHaveAttribute("data-mantine-color-scheme", "dark");
  expect(localStorage.getItem("sightline-theme")).toBe("dark");
});
