import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { open } from "../test/render.tsx";
import { World } from "../test/world.ts";

test("a wrong configuration is refused with its place, and can be loaded again", async () => {
  const world = new World({ prod: 1 });
  const wrong = { ...world.configuration(), environments: "prod" };
  const configuration = vi.spyOn(world, "configuration").mockReturnValue(wrong as never);
  open(world);
  expect(await screen.findByRole("alert")).toHaveTextContent("config.json, environments");
  configuration.mockRestore();
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("heading", { name: "prod is healthy." })).toBeVisible();
});

test("names with HTML are text", async () => {
  const world = new World({ "<b>prod</b>": 1 });
  open(world);
  expect(await screen.findByRole("heading", { name: "<b>prod</b> is healthy." })).toBeVisible();
});
