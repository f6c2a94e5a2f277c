import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { open } from "../../../test/render.tsx";
import { World } from "../../../test/world.ts";

afterEach(() => {
  vi.useRealTimers();
});

test("a wall goes from page to page by itself, and Escape ends it", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ["setTimeout", "clearTimeout"] });
  const { router } = open(new World({ prod: 1, dev: 1 }), "/?kiosk=30&range=6h");
  await screen.findByRole("heading", { name: "All 2 environments are healthy." });
  await screen.findByRole("button", { name: "Leave (Esc)" });
  expect(screen.queryByRole("navigation", { name: "Pages" })).not.toBeInTheDocument();
  const addresses = [router.state.location.href];
  for (let stop = 0; stop < 4; stop++) {
    // oxlint-disable-next-line no-await-in-loop -- one page after the other
    await act(() => vi.advanceTimersByTimeAsync(30_000));
    addresses.push(router.state.location.href);
  }
  expect(addresses.map((one) => one.replace("&range=6h", "").replace("range=6h&", ""))).toEqual([
    "/?kiosk=30",
    "/metrics?env=prod&kiosk=30",
    "/metrics?env=dev&kiosk=30",
    "/compare?kiosk=30",
    "/?kiosk=30",
  ]);
  await userEvent.setup({ advanceTimers: vi.advanceTimersByTime }).keyboard("{Escape}");
  await waitFor(() => expect(router.state.location.search).not.toHaveProperty("kiosk"));
  expect(await screen.findByRole("navigation", { name: "Pages" })).toBeVisible();
});
