import { expect, test } from "vitest";
import { readConfiguration } from "./configuration.ts";

const GOOD = {
  version: "0.1.0",
  query: "thanos",
  refresh_seconds: 10,
  scrape_interval_seconds: 10,
  links: [{ name: "Prometheus", url: "http://192.168.56.10:9090" }],
  environments: [
    {
      name: "prod",
      slot: 1,
      title: "prod",
      data_planes: [{ id: "dp-prod-01", host: "dp-prod-01" }],
      thresholds: { error_ratio: 0.05, p95_seconds: 0.5, freshness_seconds: 30 },
    },
  ],
};

test("the agreed configuration is read", () => {
  expect(readConfiguration(GOOD)).toEqual(GOOD);
});

test("an error names its place", () => {
  const bad = { ...GOOD, environments: [{ ...GOOD.environments[0], slot: "one" }] };
  expect(() => readConfiguration(bad)).toThrow("environments.0.slot");
});

test("a link that would run a script is refused", () => {
  const links = [{ name: "x", url: "javascript:alert(1)" }];
  expect(() => readConfiguration({ ...GOOD, links })).toThrow("links.0.url");
});
