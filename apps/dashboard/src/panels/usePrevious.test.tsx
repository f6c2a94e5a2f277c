import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { open } from "../../test/render.tsx";
import { World } from "../../test/world.ts";

const RANGE = "start=1763870400&end=1763874000";

/** The starts of all questions about a range of time, each once. */
function startsOf(asked: readonly string[]): number[] {
  const starts = asked.flatMap((path) => /query_range.*[?&]start=(\d+)/.exec(path)?.[1] ?? []);
  return [...new Set(starts.map(Number))].toSorted((one, other) => one - other);
}

test("yesterday is drawn behind each line, in the legend by its name and in the table beside it", async () => {
  const { asked } = open(new World({ dev: 1 }), `/metrics?${RANGE}&previous=day`);
  const panel = await screen.findByRole("region", { name: "Request rate" });
  expect(await within(panel).findByText("1 d before")).toBeVisible();
  expect(startsOf(asked)).toEqual([1_763_870_400 - 86_400, 1_763_870_400]);
  await userEvent.click(within(panel).getByRole("button", { name: /Show as a table/ }));
  const columns = within(panel).getAllByRole("columnheader");
  expect(columns.map(({ textContent }) => textContent?.trim())).toEqual([
    "Time",
    "dev req/s",
    "dev, 1 d before req/s",
  ]);
});

test("the period before ends where the range begins", async () => {
  const { asked } = open(new World({ prod: 1, dev: 1 }), `/compare?${RANGE}&previous=1`);
  expect(await screen.findByText("1 h before")).toBeVisible();
  expect(startsOf(asked)).toEqual([1_763_870_400 - 3600, 1_763_870_400]);
});

test("nobody is asked about earlier times without a wish for them", async () => {
  const { asked } = open(new World({ dev: 1 }), `/metrics?${RANGE}`);
  await screen.findByRole("button", { name: "Request rate: Show as a table" });
  expect(startsOf(asked)).toEqual([1_763_870_400]);
});
