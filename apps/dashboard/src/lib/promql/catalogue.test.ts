import { expect, test } from "vitest";
import { lastMetrics, marks, raw, recorded, recordedAll, signalOf } from "./catalogue.ts";

const PROD = { environments: ["prod"] };

test("a recorded signal is asked for by the name of its rule and of whose it is", () => {
  expect(recorded("data_plane", "p95", { ...PROD, dataPlanes: ["dp-1", "dp-2"] })).toBe(
    'data_plane:http_latency_seconds:p95_1m{environment="prod",data_plane_id=~"dp-1|dp-2"}',
  );
});

test("signals that are asked for together are told apart by their names", () => {
  expect(recordedAll("environment", ["requests", "active"], PROD)).toBe(
    '{__name__=~"environment:http_requests:rate1m|environment:http_active_requests:sum",environment="prod"}',
  );
  expect(signalOf("environment:http_requests:rate1m")).toBe("requests");
  expect(signalOf("data_plane:http_active_requests:sum")).toBe("active");
  expect(signalOf("up")).toBeUndefined();
});

test("health checks count as requests, and neither as errors nor as latency", () => {
  expect(raw("requests", PROD)).not.toContain("/health");
  expect(raw("errors", PROD).match(/http_route!="\/health"/g)).toHaveLength(3);
  expect(raw("p99", PROD)).toContain('http_route!="/health"');
});

test("freshness is that of the API's own metrics", () => {
  expect(lastMetrics(PROD)).toBe(
    'timestamp(data_plane:http_active_requests:sum{environment="prod"})',
  );
});

test("what came and went between two points is found", () => {
  const { faults, alerts } = marks(PROD, 240);
  expect(faults).toContain(
    'max_over_time(shop_fault_active{job=~"dataplane-.+",environment="prod"}[240s])',
  );
  expect(alerts).toContain('max_over_time(ALERTS{alertstate="firing",environment="prod"}[240s])');
  expect(marks(PROD).faults).not.toContain("over_time");
});
