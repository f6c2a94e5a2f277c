import * as v from "valibot";
import { FailureError } from "./failure.ts";
import { getJson } from "./http.ts";
import type { Upstream } from "./prometheus.ts";

/** Which series are looked at; seconds since 1970. */
export interface Where {
  readonly matchers: readonly string[];
  readonly start: number;
  readonly end: number;
}

const Answer = v.variant("status", [
  v.object({ status: v.literal("success"), data: v.nullish(v.array(v.string()), []) }),
  v.object({ status: v.literal("error"), errorType: v.string(), error: v.string() }),
]);

/** Asks for all values of a label. Throws FailureError. */
export function queryLabelValues(
  upstream: Upstream,
  label: string,
  where: Where,
  signal: AbortSignal,
): Promise<readonly string[]> {
  return ask(`label/${label}/values`, upstream, where, signal);
}

/** Asks for the names of all labels. Throws FailureError. */
export function queryLabelNames(
  upstream: Upstream,
  where: Where,
  signal: AbortSignal,
): Promise<readonly string[]> {
  return ask("labels", upstream, where, signal);
}

async function ask(
  endpoint: string,
  upstream: Upstream,
  { matchers, start, end }: Where,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const words = new URLSearchParams({ start: String(start), end: String(end) });
  for (const matcher of matchers) words.append("match[]", matcher);
  if (upstream === "thanos") words.set("partial_response", "true");
  const { status, body } = await getJson(`/api/v1/${endpoint}?${words}`, signal);
  const answer = v.safeParse(Answer, body);
  if (!answer.success) throw new FailureError({ kind: "malformed", detail: "it has no labels" });
  const { output } = answer;
  if (output.status === "success") return output.data;
  throw new FailureError(
    status === 400 || status === 422
      ? { kind: "refused", message: output.error }
      : { kind: "http", status, message: output.error },
  );
}
