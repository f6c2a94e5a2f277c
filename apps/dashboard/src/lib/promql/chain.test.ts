import { expect, test } from "vitest";
import { FAMILY_NAMES, expectedPlanes, families, lastSent, targets } from "./chain.ts";

test("everybody is asked for where nobody is named, so that strangers are found", () => {
  expect(targets({})).toBe('up{job=~"dataplane-.+"}');
  expect(expectedPlanes({})).toBe("data_plane:expected{}");
  expect(targets({ environments: ["a"], dataPlanes: ["b", "c"] })).toBe(
    'up{job=~"dataplane-.+",environment="a",data_plane_id=~"b|c"}',
  );
});

test("an API has sent something when its collector's count is higher than a scrape before", () => {
  const count = 'otelcol_receiver_accepted_metric_points{job=~"dataplane-.+",receiver="otlp"}';
  expect(lastSent({}, 10)).toBe(
    `max by (environment, data_plane_id) (max_over_time((timestamp(${count}) ` +
      `and ${count} > ${count} offset 10s)[5m:10s]) or ${count} * 0)`,
  );
});

test("all families are asked for in one question that tells them apart", () => {
  const expression = families({ environments: ["a"] });
  for (const family of FAMILY_NAMES) expect(expression).toContain(`"family", "${family}"`);
  expect(expression).toContain('_bucket{job=~"dataplane-.+",le="+Inf",environment="a"}');
});
