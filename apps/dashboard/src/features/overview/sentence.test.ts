import { expect, test } from "vitest";
import type { EnvironmentRow } from "./rows.ts";
import { sentencesOf } from "./sentence.ts";

function row(title: string, alerts: number): EnvironmentRow {
  return {
    environment: {
      name: title,
      title,
      slot: 1,
      data_planes: [],
      thresholds: { error_ratio: 0.05, p95_seconds: 0.5, freshness_seconds: 30 },
    },
    planes: [],
    alerts,
    health: "ok",
    reasons: [],
    values: {},
    metricsAt: 0,
    isLate: false,
    isPartial: false,
  };
}

test.each([
  [[0, 0], ""],
  [[1, 0], "1 alert still fires in prod."],
  [[2, 3], "5 alerts still fire in prod and qa."],
])("healthy environments with alerts %j", ([prod, qa], rest) => {
  const rows = [row("prod", prod ?? 0), row("qa", qa ?? 0)];
  expect(sentencesOf(rows, 0, () => undefined)).toMatchObject({
    first: "All 2 environments are healthy.",
    rest,
  });
});
