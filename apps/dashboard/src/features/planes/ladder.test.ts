import { expect, test } from "vitest";
import type { PlaneFacts } from "./facts.ts";
import { ladderOf } from "./ladder.ts";

const FACTS: PlaneFacts = {
  environment: "prod",
  id: "dp-1",
  host: undefined,
  isConfigured: true,
  isExpected: true,
  targets: [],
  sentAt: 970,
  answeredAt: 969,
  scrapedAt: undefined,
  metricsAt: null,
  families: new Map(),
  isPartial: false,
};

test("a link is fresh only with a proof that is young enough", () => {
  const ladder = ladderOf(FACTS, 998, 1000, 30);
  expect(ladder.map(({ stage, freshness, at, words }) => [stage, freshness, at ?? words])).toEqual([
    ["api", "fresh", 970],
    ["collector", "late", 969],
    ["prometheus", "unknown", "not known"],
    ["query", "late", "none in a day"],
    ["browser", "fresh", 998],
  ]);
});

test("what nobody measures is never fresh", () => {
  const [api] = ladderOf({ ...FACTS, sentAt: "uninstrumented" }, 998, 1000, 30);
  expect(api).toMatchObject({ freshness: "unknown", words: "not instrumented" });
});
