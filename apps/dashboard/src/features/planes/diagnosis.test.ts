import { expect, test } from "vitest";
import { FAMILY_NAMES } from "../../lib/promql/chain.ts";
import type { Family } from "../../lib/promql/chain.ts";
import { diagnose } from "./diagnosis.ts";
import type { PlaneFacts, Target } from "./facts.ts";

const NOW = 100_000;
const THRESHOLDS = { error_ratio: 0.05, p95_seconds: 0.5, freshness_seconds: 30 };

function target(port: number, more: Partial<Target> = {}): Target {
  const instance = `10.0.0.1:${port}`;
  return { instance, isUp: true, scrapedAt: NOW - 4, tookSeconds: 0.01, samples: 900, ...more };
}

function targets(more: Partial<Target> = {}): Target[] {
  return [target(8889, more), target(8888, more)];
}

const WELL: PlaneFacts = {
  environment: "prod",
  id: "dp-1",
  host: "dp-1",
  isConfigured: true,
  isExpected: true,
  targets: targets(),
  sentAt: NOW - 6,
  answeredAt: NOW - 4,
  scrapedAt: NOW - 4,
  metricsAt: NOW - 5,
  families: new Map(FAMILY_NAMES.map((family) => [family, NOW - 4])),
  isPartial: false,
};

const SILENT = {
  targets: targets({ isUp: false, tookSeconds: 0.0006, samples: 0 }),
  answeredAt: NOW - 200,
  metricsAt: NOW - 200,
  sentAt: undefined,
};

function without(...missing: Family[]) {
  return new Map([...WELL.families].filter(([family]) => !missing.includes(family)));
}

test.each<[string, Partial<PlaneFacts>, string, string]>([
  ["all is well", {}, "ok", "All links answer."],
  [
    "an API has just died, and its collector still repeats its last numbers",
    { sentAt: NOW - 50 },
    "stale",
    "Its API has sent nothing for 50 s; its collector repeats the last numbers.",
  ],
  [
    "an API is dead",
    { sentAt: null, metricsAt: NOW - 300, families: without(...FAMILY_NAMES.slice(0, -1)) },
    "down",
    "Its collector answers, but its API sends nothing, last heard 5 min ago.",
  ],
  [
    "a collector has nothing to pass on",
    { sentAt: null, metricsAt: null, families: new Map() },
    "down",
    "Its collector answers, but passes nothing on; nothing within a day.",
  ],
  [
    "a collector is dead on a living host",
    SILENT,
    "down",
    "Its host refuses at once: the host is up, its collector is not, last heard 3 min ago.",
  ],
  [
    "a host is dead or cut off",
    { ...SILENT, targets: targets({ isUp: false, tookSeconds: 8, samples: 0 }) },
    "down",
    "No answer within 8 s: its host is down or hangs, or the network is cut, last heard 3 min ago.",
  ],
  [
    "answers are thrown away",
    { ...SILENT, targets: targets({ isUp: false, samples: 60_000 }) },
    "down",
    "It answers, but its answers are over a limit, last heard 3 min ago.",
  ],
  [
    "one of the targets is silent while numbers still look fresh",
    { targets: [target(8889, { isUp: false, samples: 0 }), target(8888)], answeredAt: NOW - 14 },
    "stale",
    "Its collector answers, but not for 10.0.0.1:8889, last heard 14 s ago.",
  ],
  [
    "a target has left the configuration of Prometheus",
    { ...SILENT, targets: [], scrapedAt: NOW - 4000, answeredAt: NOW - 4000 },
    "stale",
    "Prometheus scrapes others, but not this one for 1 h 6 min.",
  ],
  [
    "nobody has ever scraped it",
    { ...SILENT, targets: [], scrapedAt: null, answeredAt: null, metricsAt: null },
    "unknown",
    "Nobody has scraped it within a day: Prometheus has no target.",
  ],
  [
    "the past is still being looked for",
    { ...SILENT, targets: [], scrapedAt: undefined, answeredAt: undefined, metricsAt: undefined },
    "unknown",
    "It is not known yet.",
  ],
  [
    "metrics that should always be there are not",
    { families: without("breakers", "host") },
    "degraded",
    "All links answer, but breakers and host metrics are missing.",
  ],
  [
    "metrics begin with the first request",
    { families: without("requests", "latency") },
    "ok",
    "All links answer; requests and latency begin with its first request.",
  ],
  [
    "a stranger sends",
    { isConfigured: false, isExpected: false },
    "degraded",
    "It sends metrics, and no inventory has it.",
  ],
  [
    "the dashboard was not told",
    { isConfigured: false },
    "degraded",
    "The inventory has it, this dashboard's list does not.",
  ],
  [
    "no alert would tell of its absence",
    { isExpected: false },
    "degraded",
    "Nobody watches for its absence: no rule expects it.",
  ],
])("it is said when %s", (_, facts, health, text) => {
  const around = { now: NOW, anyScrapedAt: NOW - 2 };
  expect(diagnose({ ...WELL, ...facts }, THRESHOLDS, around)).toEqual({ health, text });
});

test("one data plane is not blamed where nobody is scraped", () => {
  const old = NOW - 90;
  const facts = {
    ...WELL,
    targets: targets({ scrapedAt: old }),
    scrapedAt: old,
    answeredAt: old,
    metricsAt: old,
  };
  expect(diagnose(facts, THRESHOLDS, { now: NOW, anyScrapedAt: old })).toEqual({
    health: "stale",
    text: "Prometheus stands still or Query does not reach it: nobody was scraped for 1 min.",
  });
});

test("while part of the data is missing, absence proves nothing and a refusal does", () => {
  const around = { now: NOW, anyScrapedAt: NOW - 2 };
  const partial = { ...WELL, isPartial: true };
  expect(diagnose({ ...partial, families: new Map() }, THRESHOLDS, around)).toEqual({
    health: "unknown",
    text: "Its state cannot be known, since part of the data is missing.",
  });
  const refusing = { ...partial, targets: [target(8889, { isUp: false, samples: 0 })] };
  expect(diagnose(refusing, THRESHOLDS, around).text).toMatch(/refuses at once/);
  expect(diagnose(partial, THRESHOLDS, around).health).toBe("ok");
});
