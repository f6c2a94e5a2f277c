import { fireEvent, screen, waitFor, within } from "@testing-library/react";
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
  const { router, asked } = open(new World(WORLD), "/data-planes");
  await screen.findByRole("heading", { name: /^All 3 data planes are fresh/ });
  await userEvent.selectOptions(screen.getByLabelText("Refresh every"), "off");
  expect(router.state.location.searchStr).toBe("?refresh=off");
  const questions = () => asked.filter((path) => path.startsWith("/api/")).length;
  const before = questions();
  await userEvent.click(screen.getByRole("button", { name: "Refresh" }));
  await waitFor(() => expect(questions()).toBe(2 * before));
});

test("an unknown environment in a link is named, and all others are shown", async () => {
  open(new World(WORLD), "/?env=staging");
  expect(
    await screen.findByRole("heading", { name: "All 3 environments are healthy." }),
  ).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "All environments" }));
  expect(await screen.findByText("Not known here: staging")).toBeVisible();
});

test("where there is no room, what is chosen once stands in a menu", async () => {
  const { router } = open(new World(WORLD));
  await userEvent.click(await screen.findByRole("button", { name: "More" }));
  const menu = within(await screen.findByRole("dialog"));
  expect(menu.getByRole("button", { name: "Theme: as the system" })).toBeVisible();
  await userEvent.selectOptions(menu.getByLabelText("Refresh every"), "1m");
  expect(router.state.location.searchStr).toBe("?refresh=1m");
});

test("the theme goes round, and is remembered", async () => {
  open(new World(WORLD));
  await userEvent.click(await screen.findByRole("button", { name: "Theme: as the system" }));
  await userEvent.click(await screen.findByRole("button", { name: "Theme: light" }));
  expect(document.documentElement).toHaveAttribute("data-mantine-color-scheme", "dark");
  expect(localStorage.getItem("sightline-theme")).toBe("dark");
});

test("a fixed range is entered in the zone that the page shows", async () => {
  const { router } = open(new World(WORLD), "/?tz=Europe/Berlin&start=1793000000&end=1793003600");
  await userEvent.click(await screen.findByRole("button", { name: /26 Oct 08:33:20 – 26 Oct/ }));
  expect(screen.getByLabelText("From")).toHaveValue("2026-10-26T08:33:20");
  const show = screen.getByRole("button", { name: "Show this range" });

  fireEvent.change(screen.getByLabelText("From"), { target: { value: "2026-03-29T02:30:00" } });
  expect(screen.getByRole("alert")).toHaveTextContent("There is no 02:30 on this day");
  expect(show).toBeDisabled();

  fireEvent.change(screen.getByLabelText("From"), { target: { value: "2026-10-25T02:30:00" } });
  const twice = screen.getByRole("group", { name: /^From: .* twice/ });
  expect(within(twice).getByRole("button", { pressed: true })).toHaveTextContent("UTC+2");
  await userEvent.click(within(twice).getByRole("button", { name: "UTC+1" }));
  await userEvent.click(show);
  expect(router.state.location.searchStr).toContain("start=1792891800&end=1793003600");
});

test("another zone is chosen beside the range, and goes along from page to page", async () => {
  const { router } = open(new World(WORLD));
  await userEvent.click(await screen.findByRole("button", { name: "Range: 1h" }));
  await userEvent.selectOptions(screen.getByLabelText("Time zone"), "Asia/Kolkata");
  await userEvent.keyboard("{Escape}");
  await userEvent.click(screen.getByRole("link", { name: "Compare" }));
  await waitFor(() => expect(router.state.location.href).toBe("/compare?tz=Asia/Kolkata"));
});
