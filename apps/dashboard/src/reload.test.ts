import { expect, test } from "vitest";
import { reloadOnMissingParts } from "./reload.ts";

function tab() {
  const kept = new Map<string, string>();
  let reloads = 0;
  const memory = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  return {
    reloads: () => reloads,
    /** A page of this tab cannot load a part. */
    miss: (part: string) => {
      const page = new EventTarget();
      reloadOnMissingParts(page, memory, () => reloads++);
      const payload = new Error(`Failed to fetch dynamically imported module: ${part}`);
      page.dispatchEvent(Object.assign(new Event("vite:preloadError"), { payload }));
    },
  };
}

test("a tab whose parts are gone loads itself anew, and not again for the same part", () => {
  const { miss, reloads } = tab();
  miss("/assets/echarts-1.js");
  expect(reloads()).toBe(1);
  miss("/assets/echarts-1.js");
  expect(reloads()).toBe(1);
});

test("after the next upgrade it does so once more", () => {
  const { miss, reloads } = tab();
  miss("/assets/echarts-1.js");
  miss("/assets/echarts-2.js");
  expect(reloads()).toBe(2);
});
