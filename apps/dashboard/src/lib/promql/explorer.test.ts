import { expect, test } from "vitest";
import { explorerAddress } from "./explorer.ts";

test("every expression gets a graph of its own over the range that is looked at", () => {
  const address = explorerAddress("http://thanos:10902/", ['up{a="b"}', "down"], {
    kind: "recent",
    name: "6h",
  });
  const { pathname, searchParams } = new URL(address);
  expect(pathname).toBe("/graph");
  expect(Object.fromEntries(searchParams)).toEqual({
    "g0.expr": 'up{a="b"}',
    "g0.tab": "0",
    "g0.range_input": "6h",
    "g1.expr": "down",
    "g1.tab": "0",
    "g1.range_input": "6h",
  });
});

test("a fixed range says where it ends", () => {
  const address = explorerAddress("http://localhost/prom", ["up"], {
    kind: "fixed",
    start: 1_763_870_400,
    end: 1_763_870_700,
  });
  expect(address).toContain("/prom/graph?");
  expect(address).toContain("g0.range_input=300s&g0.end_input=2025-11-23+04%3A05%3A00");
});
