import { afterEach, expect, test, vi } from "vitest";
import { FailureError } from "./failure.ts";
import { queryRules } from "./rules.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** What is read of an upstream's answer. */
async function read(body: unknown, status = 200) {
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify(body), { status }));
  return queryRules("thanos", new AbortController().signal);
}

const ALERTING = {
  type: "alerting",
  name: "Slow",
  query: "up == 0",
  duration: 60,
  health: "err",
  lastError: "timed out",
  alerts: [
    { labels: {}, state: "pending", activeAt: "2026-11-23T08:52:09.145789824Z", value: "1e+00" },
  ],
};

function answer(...rules: object[]) {
  return {
    status: "success",
    data: { groups: [{ name: "g", rules }] },
    warnings: ["store is gone"],
  };
}

test("alerting rules are read with their errors, recording rules are left out", async () => {
  const { rules, notes } = await read(answer(ALERTING, { type: "recording", name: "a:b" }));
  expect(rules).toMatchObject([
    {
      name: "Slow",
      severity: "none",
      error: "timed out",
      runbook: undefined,
      alerts: [{ state: "pending", since: 1_795_423_929.145, value: 1 }],
    },
  ]);
  expect(notes.partial).toEqual(["store is gone"]);
});

test.each([
  ["of another shape", answer({ ...ALERTING, alerts: "none" }), 200, "malformed"],
  ["that is an error", { status: "error", errorType: "x", error: "no" }, 503, "http"],
  ["that refuses", { status: "error", errorType: "bad_data", error: "no" }, 400, "refused"],
])("an answer %s is a failure", async (_, body, status, kind) => {
  const failure = await read(body, status).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(FailureError);
  expect((failure as FailureError).failure.kind).toBe(kind);
});
