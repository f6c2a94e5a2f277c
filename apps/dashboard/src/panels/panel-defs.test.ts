import { expect, test } from "vitest";
import { World } from "../../test/world.ts";
import { validateSearch } from "../view/search.ts";
import { viewOf } from "../view/selection.ts";
import { sectionsOf } from "./panel-defs.ts";
import type { Panel } from "./panel-defs.ts";
import { scopeOf } from "./scope.ts";

const CONFIGURATION = new World({ prod: 2, dev: 1 }).configuration();

function panelOf(id: string, search: object, configuration = CONFIGURATION): Panel {
  const scope = scopeOf(viewOf(validateSearch({ ...search }), configuration));
  const found = sectionsOf(scope)
    .flatMap(({ panels }) => panels)
    .find((panel) => panel.id === id);
  if (found === undefined) throw new Error(`there is no panel ${id}`);
  return found;
}

test("one environment shows all percentiles, several show the chosen one", () => {
  expect(Object.keys(panelOf("latency", { env: "prod" }).questions)).toEqual(["p50", "p95", "p99"]);
  expect(panelOf("latency", {}).questions).toEqual({
    p95: 'environment:http_latency_seconds:p95_1m{environment=~"prod|dev"}',
  });
  expect(panelOf("latency", { quantile: "p99" }).title).toBe("Latency p99");
});

test("one data plane is asked for raw up to an hour, and as recorded beyond", () => {
  const plane = { env: "prod", plane: "dp-prod-02" };
  expect(panelOf("requests", plane).questions).toEqual({
    requests:
      "sum by (environment, data_plane_id) (rate(http_server_request_duration_seconds_count" +
      '{job=~"dataplane-.+",environment="prod",data_plane_id="dp-prod-02"}[1m]))',
  });
  expect(panelOf("requests", { ...plane, range: "6h" }).questions).toEqual({
    requests: 'data_plane:http_requests:rate1m{environment="prod",data_plane_id="dp-prod-02"}',
  });
});

test("an environment of one data plane is that data plane, one of two is not", () => {
  expect(panelOf("active", { env: "dev" }).questions["active"]).toContain("dp-dev-01");
  expect(panelOf("active", { env: "prod" }).questions["active"]).not.toContain("dp-prod");
});

test("a data plane counts only where its environment alone is looked at", () => {
  const { questions } = panelOf("requests", { plane: "dp-prod-01" });
  expect(questions["requests"]).not.toContain("dp-prod-01");
});

test("limits that differ say whose they are; the same limit is drawn once", () => {
  expect(panelOf("errors", {}).thresholds).toEqual([{ value: 0.05, text: "limit 5 %" }]);
  const [prod, dev] = CONFIGURATION.environments;
  if (prod === undefined || dev === undefined) throw new Error("two environments are needed");
  const strict = { ...prod, thresholds: { ...prod.thresholds, error_ratio: 0.01 } };
  const differing = { ...CONFIGURATION, environments: [strict, dev] };
  expect(panelOf("errors", {}, differing).thresholds).toEqual([
    { value: 0.01, text: "limit 1 % of prod" },
    { value: 0.05, text: "limit 5 % of dev" },
  ]);
});

test("the limit of p95 stands beside no other percentile", () => {
  expect(panelOf("latency", { quantile: "p99" }).thresholds).toBeUndefined();
  expect(panelOf("latency", { env: "prod" }).thresholds).toEqual([
    { value: 0.5, text: "p95 limit 500 ms" },
  ]);
});
