import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FailureError } from "./failure.ts";
import type { Failure } from "./failure.ts";
import { queryInstant, queryRange } from "./prometheus.ts";

const GRID = { start: 100, step: 10, count: 3 };
const { signal } = new AbortController();

let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let asked: URL;

/** A real server on this machine; `fetch` takes our paths to it. */
beforeEach(async () => {
  server = createServer((request, response) => {
    asked = new URL(request.url ?? "", "http://localhost");
    answer(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const real = globalThis.fetch;
  vi.stubGlobal("fetch", (path: string, options: RequestInit) =>
    real(`http://127.0.0.1:${port}${path}`, options),
  );
});

afterEach(() => {
  vi.unstubAllGlobals();
  server.closeAllConnections();
  server.close();
});

function says(status: number, body: unknown) {
  answer = (_, response) => {
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

function success(resultType: string, result: unknown[], more = {}) {
  return { status: "success", data: { resultType, result }, ...more };
}

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof FailureError)) throw new Error(`no failure but ${String(error)}`);
  return error.failure;
}

test("a range is asked for with ends on the grid, and answered on it", async () => {
  says(200, success("matrix", [{ metric: { a: "b" }, values: [[110, "7"]] }]));
  const { series, grid } = await queryRange("prometheus", "up", GRID, signal);
  expect(asked.pathname).toBe("/api/v1/query_range");
  expect(Object.fromEntries(asked.searchParams)).toEqual({
    query: "up",
    start: "100",
    end: "120",
    step: "10",
  });
  expect(grid).toEqual(GRID);
  expect([...(series[0]?.values ?? [])]).toEqual([Number.NaN, 7, Number.NaN]);
});

test("Thanos is asked for deduplicated, partial answers in a fitting resolution", async () => {
  says(200, success("matrix", []));
  await queryRange("thanos", "up", GRID, signal);
  expect(asked.search).toContain("dedup=true&partial_response=true&max_source_resolution=auto");
});

test("what is missing from an answer is kept beside it", async () => {
  const warnings = ["store 10.0.0.3 is gone", "PromQL info: no counter"];
  says(200, success("vector", [], { warnings }));
  const { partial, remarks } = await queryInstant("thanos", "up", 100, signal);
  expect(partial).toEqual(["store 10.0.0.3 is gone"]);
  expect(remarks).toEqual(["PromQL info: no counter"]);
});

const REFUSED = { status: "error", errorType: "bad_data", error: "parse error" };

test.each<[string, number, unknown, Failure]>([
  ["a wrong query", 400, REFUSED, { kind: "refused", message: "parse error" }],
  ["a starting Prometheus", 503, "Service Unavailable", { kind: "http", status: 503, message: "" }],
  ["a gateway without upstream", 502, "<html>", { kind: "http", status: 502, message: "" }],
  ["a missing password", 401, "<html>", { kind: "signed-out" }],
  ["a page instead of an answer", 200, "<html>", { kind: "malformed", detail: "it is no JSON" }],
  ["another shape", 200, { data: 1 }, { kind: "malformed", detail: "it has another shape" }],
  ["another type", 200, success("scalar", [1]), { kind: "malformed", detail: "it is a scalar" }],
  ["broken samples", 200, success("vector", [1]), { kind: "malformed", detail: "no series" }],
])("%s is a failure of its own kind", async (_, status, body, failure) => {
  says(status, body);
  expect(await failureOf(queryInstant("prometheus", "up", 100, signal))).toEqual(failure);
});

test("a server that closes the connection is unreachable", async () => {
  answer = (request) => request.socket.destroy();
  const asking = queryInstant("prometheus", "up", 100, signal);
  expect(await failureOf(asking)).toEqual({ kind: "unreachable" });
});

test("a question that nobody waits for any more is taken back", async () => {
  const controller = new AbortController();
  answer = () => controller.abort();
  const asking = queryInstant("prometheus", "up", 100, controller.signal);
  await expect(asking).rejects.toHaveProperty("name", "AbortError");
});
