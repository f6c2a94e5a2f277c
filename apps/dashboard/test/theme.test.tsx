import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";

const script = readFileSync("public/theme.js", "utf8");

function themeAfterLoading(): string | null {
  // The file runs as a browser runs it.
  new Function(script)();
  return document.documentElement.getAttribute("data-mantine-color-scheme");
}

afterEach(() => {
  localStorage.clear();
});

test("the chosen theme is there before the first paint", () => {
  localStorage.setItem("sightline-theme", "dark");
  expect(themeAfterLoading()).toBe("dark");
});

test("without a choice the system's theme is taken", () => {
  localStorage.setItem("sightline-theme", "auto");
  expect(themeAfterLoading()).toBe("light");
});
