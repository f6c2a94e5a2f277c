import { expect, test } from "vitest";
import { explain, isWorthRetrying } from "./failure.ts";
import type { Failure } from "./failure.ts";

function http(status: number): Failure {
  return { kind: "http", status, message: "" };
}

test.each<[boolean, string, Failure]>([
  [true, "a broken connection", { kind: "unreachable" }],
  [true, "too many requests", http(429)],
  [true, "a bad gateway", http(502)],
  [true, "a service that is starting", http(503)],
  [true, "a gateway's timeout", http(504)],
  [false, "a wrong query", { kind: "refused", message: "parse error" }],
  [false, "a slow answer", { kind: "late", seconds: 30 }],
  [false, "a missing password", { kind: "signed-out" }],
  [false, "a path that is not allowed", http(403)],
  [false, "an inner error", http(500)],
  [false, "another program's answer", { kind: "malformed", detail: "no JSON" }],
])("retrying is %s after %s", (worth, _, failure) => {
  expect(isWorthRetrying(failure)).toBe(worth);
});

test("the reader gets the server's own words", () => {
  expect(explain({ kind: "refused", message: "parse error at char 3" })).toBe(
    "The query was refused: parse error at char 3",
  );
  expect(explain(http(502))).toBe("The control plane answered 502.");
});
