import fc from "fast-check";
import { expect, test } from "vitest";
import { judgeDataPlane, judgeEnvironment, judgeSignals, worstFirst } from "./health.ts";
import type { Evidence, Health, Judgement } from "./health.ts";

const THRESHOLDS = { error_ratio: 0.05, p95_seconds: 0.5, freshness_seconds: 30 };
const NOW = 1_790_000_000;

const WELL: Evidence = {
  now: NOW,
  metricsAt: NOW - 8,
  scrapedAt: NOW - 4,
  isUp: true,
  errorRatio: 0.001,
  p95Seconds: 0.08,
  isPartial: false,
};

function judge(change: Partial<Evidence>): [Health, string | undefined] {
  const { health, reasons } = judgeDataPlane({ ...WELL, ...change }, THRESHOLDS);
  return [health, reasons[0]?.text];
}

test("a data plane whose metrics are fresh and within its thresholds is healthy", () => {
  expect(judge({})).toEqual(["ok", undefined]);
});

test("while part of the data is missing, absence proves nothing and a refusal does", () => {
  const unknowable = ["unknown", "cannot be known, since part of the data is missing"];
  expect(judge({ metricsAt: undefined, isPartial: true })).toEqual(unknowable);
  expect(judge({ metricsAt: NOW - 300, isPartial: true })).toEqual(unknowable);
  expect(judge({ metricsAt: NOW - 300, isUp: false, isPartial: true })).toEqual([
    "down",
    "does not answer, last metrics 5 min ago",
  ]);
  expect(judge({ errorRatio: 0.2, isPartial: true })[0]).toBe("degraded");
  expect(judge({ isPartial: true })[0]).toBe("ok");
});

test("without traffic there are neither errors nor latencies, and nothing is wrong", () => {
  expect(judge({ errorRatio: undefined, p95Seconds: undefined })[0]).toBe("ok");
});

test("over a threshold it is degraded, with value and limit", () => {
  expect(judge({ p95Seconds: 1.239 })).toEqual(["degraded", "p95 1.24 s, over 500 ms"]);
  expect(judge({ errorRatio: 0.0812 })).toEqual(["degraded", "errors 8.12 %, over 5 %"]);
});

test.each<[number, Health, string | undefined]>([
  [30, "ok", undefined],
  [31, "stale", "does not answer, last metrics 31 s ago"],
  [60, "stale", "does not answer, last metrics 1 min ago"],
  [61, "down", "does not answer, last metrics 1 min ago"],
  [600, "down", "does not answer, last metrics 10 min ago"],
])("%i s after a data plane stopped it is %s", (age, health, text) => {
  expect(judge({ metricsAt: NOW - age, isUp: false })).toEqual([health, text]);
});

test("a data plane whose API alone stopped says so", () => {
  expect(judge({ metricsAt: NOW - 90 })).toEqual([
    "down",
    "answers, but its API sends no metrics, last metrics 1 min ago",
  ]);
});

test("while nobody scrapes it is stale, however long, and never down", () => {
  expect(judge({ metricsAt: NOW - 240, scrapedAt: NOW - 240 })).toEqual([
    "stale",
    "nothing new for 4 min",
  ]);
  expect(judge({ metricsAt: NOW - 7200, scrapedAt: null })[0]).toBe("stale");
});

test.each<[string, Partial<Evidence>, Health]>([
  ["never scraped", { metricsAt: null, scrapedAt: null, isUp: undefined }, "unknown"],
  ["never answering", { metricsAt: null, isUp: false }, "down"],
  ["not looked at yet", { metricsAt: undefined }, "unknown"],
])("a data plane that was %s is what the evidence says", (_, change, health) => {
  expect(judge(change)[0]).toBe(health);
});

test("nothing but fresh metrics makes a data plane healthy", () => {
  const maybe = fc.option(fc.integer({ min: 0, max: 100_000 }));
  fc.assert(
    fc.property(maybe, maybe, fc.boolean(), (age, scrapeAge, isUp) => {
      const metricsAt = age === null ? null : NOW - age;
      const scrapedAt = scrapeAge === null ? null : NOW - scrapeAge;
      const isFresh = age !== null && age <= 30;
      expect(judge({ metricsAt, scrapedAt, isUp })[0] === "ok").toBe(isFresh);
    }),
  );
});

function planes(...healths: Health[]): Judgement[] {
  return healths.map((health, index) => ({ health, reasons: [{ text: `${index} is ${health}` }] }));
}

const QUIET = judgeSignals({ errorRatio: undefined, p95Seconds: undefined }, THRESHOLDS);
const SLOW = judgeSignals({ errorRatio: undefined, p95Seconds: 2 }, THRESHOLDS);

test.each<[Health[], Health, string | undefined]>([
  [["ok", "ok"], "ok", undefined],
  [["down"], "down", "0 is down"],
  [["down", "down"], "down", "2 of 2 data planes down"],
  [["ok", "down"], "degraded", "1 of 2 data planes down"],
  [["ok", "degraded"], "degraded", "1 of 2 data planes degraded"],
  [["ok", "stale"], "stale", "1 of 2 data planes stale"],
  [["stale", "stale"], "stale", "2 of 2 data planes stale"],
  [["ok", "unknown"], "unknown", "1 of 2 data planes unknown"],
  [["stale", "down"], "degraded", "1 of 2 data planes down"],
  [[], "unknown", "it has no data planes"],
])("data planes that are %j make an environment %s", (healths, health, text) => {
  const judgement = judgeEnvironment(planes(...healths), QUIET);
  expect([judgement.health, judgement.reasons[0]?.text]).toEqual([health, text]);
});

test("what all data planes have in common is said in their words", () => {
  const [one] = planes("unknown");
  const both = one ? [one, one] : [];
  expect(judgeEnvironment(both, QUIET).reasons).toEqual([{ text: "0 is unknown" }]);
});

test("figures that nobody renews any more are no complaint", () => {
  const { health, reasons } = judgeEnvironment(planes("stale"), SLOW);
  expect(health).toBe("stale");
  expect(reasons).toEqual([{ text: "0 is stale" }]);
});

test("an environment that is slow as a whole is degraded, and says by how much once", () => {
  const { health, reasons } = judgeEnvironment(planes("ok", "degraded"), SLOW);
  expect(health).toBe("degraded");
  expect(reasons.map(({ text }) => text)).toEqual(["p95 2 s, over 500 ms"]);
});

test("the worst come first, equals as they were", () => {
  const all = planes("ok", "unknown", "degraded", "stale", "down", "degraded");
  const sorted = worstFirst(all.map((one, index) => ({ ...one, index })));
  expect(sorted.map(({ index }) => index)).toEqual([4, 2, 5, 3, 1, 0]);
});
