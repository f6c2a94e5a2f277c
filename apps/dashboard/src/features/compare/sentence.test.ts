import { expect, test } from "vitest";
import type { Environment } from "../../api/configuration.ts";
import type { Signal } from "../../lib/promql/catalogue.ts";
import type { Contrast } from "../../lib/series/contrast.ts";
import { sentencesOf } from "./sentence.ts";

const NOW = 10_000;
const SINCE = { since: NOW - 720, longer: false };

function environment(name: string): Environment {
  const thresholds = { error_ratio: 0.05, p95_seconds: 0.5, freshness_seconds: 30 };
  return { name, title: name, slot: 1, data_planes: [], thresholds };
}

const DEV = environment("dev");

function one(name: string, signal: Signal, value: number, base: number, since = SINCE) {
  const contrast: Contrast = {
    value,
    base,
    times: base === 0 ? Number.NaN : value / base,
    since,
  };
  return { environment: environment(name), signal, contrast };
}

function told(...all: ReturnType<typeof one>[]) {
  const { first, rest } = sentencesOf(all, DEV, 3, NOW);
  return `${first} ${rest}`;
}

test("what differs most is said with its numbers and since when", () => {
  expect(told(one("qa", "p95", 0.15, 0.12), one("prod", "p95", 1.08, 0.12))).toBe(
    "The p95 latency of prod is 9.00 times that of dev. 1.08 s against 120 ms of dev, for 12 min.",
  );
});

test("three times hardly any errors are no news, three times many are", () => {
  expect(told(one("qa", "errors", 0.003, 0.001))).toContain("All environments are like dev.");
  expect(told(one("qa", "errors", 0.3, 0.1))).toContain("is 3.00 times that of dev. 30 %");
});

test("errors where the baseline has none are no ratio", () => {
  expect(told(one("qa", "errors", 0.2, 0))).toBe(
    "The error rate of qa is not 0 like that of dev. 20 % against 0 % of dev, for 12 min.",
  );
});

test("traffic is told of only where nothing hurts", () => {
  const busy = one("qa", "requests", 900, 10);
  expect(told(busy, one("prod", "p50", 0.4, 0.1))).toContain("p50 latency of prod");
  expect(told(busy)).toBe(
    "The request rate of qa is 90.0 times that of dev. " +
      "900 req/s against 10 req/s of dev, for 12 min. Errors and latency are alike.",
  );
});

test("percentiles that are about as far do not take turns", () => {
  const p95 = one("prod", "p95", 0.6, 0.1);
  expect(told(p95, one("prod", "p99", 0.61, 0.1))).toContain("p95");
  expect(told(p95, one("prod", "p99", 6, 0.1))).toContain("p99");
});

test("where all others are lower it is the baseline that is odd", () => {
  expect(told(one("qa", "p95", 0.1, 0.8), one("prod", "p95", 0.2, 0.8))).toBe(
    "The p95 latency of dev, the baseline, is at least 4.00 times that of the others. " +
      "800 ms against 200 ms of prod, for 12 min.",
  );
  expect(told(one("qa", "errors", 0, 0.2), one("prod", "errors", 0, 0.2))).toContain(
    "is not 0 like that of the others.",
  );
});

test("one that is lower than the rest is said to be lower", () => {
  const all = [one("qa", "p95", 0.1, 0.8), one("prod", "p95", 0.8, 0.8)];
  expect(told(...all)).toContain("The p95 latency of qa is 8.00 times lower than that of dev.");
});

test("nothing is claimed where there is nothing to compare", () => {
  expect(sentencesOf([], DEV, 1, NOW).first).toBe("dev stands alone.");
  expect(sentencesOf([], DEV, 3, NOW).first).toBe("Nothing can be compared with dev.");
});

test("what has always been so is said to be older than the range", () => {
  const always = one("qa", "p95", 0.9, 0.1, { since: NOW - 3600, longer: true });
  expect(told(always)).toContain("for more than 1 h.");
});
