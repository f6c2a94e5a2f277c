import * as v from "valibot";
import { decodeMatrix, decodeVector, MalformedError } from "../lib/series/decode.ts";
import type { GridSeries, Sample } from "../lib/series/series.ts";
import { lastOf } from "../lib/time/grid.ts";
import type { Grid } from "../lib/time/grid.ts";
import { FailureError } from "./failure.ts";
import { getJson } from "./http.ts";
import { classify } from "./warnings.ts";
import type { Notes } from "./warnings.ts";

/** Who answers `/api/v1`; the questions differ a little. */
export type Upstream = "thanos" | "prometheus";

export interface RangeAnswer extends Notes {
  readonly expression: string;
  /** What was asked for; every series stands on it. */
  readonly grid: Grid;
  readonly series: readonly GridSeries[];
}

export interface InstantAnswer extends Notes {
  readonly expression: string;
  /** Seconds since 1970. */
  readonly time: number;
  readonly samples: readonly Sample[];
}

const Answer = v.variant("status", [
  v.object({
    status: v.literal("success"),
    data: v.object({ resultType: v.string(), result: v.array(v.unknown()) }),
    warnings: v.optional(v.array(v.string()), []),
    infos: v.optional(v.array(v.string()), []),
  }),
  v.object({ status: v.literal("error"), errorType: v.string(), error: v.string() }),
]);

/**
 * Asks for an expression's values on a grid, once the newest values that are wanted at the same
 * moment have been asked for. Throws FailureError.
 */
export async function queryRange(
  upstream: Upstream,
  expression: string,
  grid: Grid,
  signal: AbortSignal,
): Promise<RangeAnswer> {
  // A browser asks six at a time: without this the page's numbers wait for its charts.
  await Promise.resolve();
  const times = { start: grid.start, end: lastOf(grid), step: grid.step };
  const { result, notes } = await ask("query_range", upstream, expression, times, "matrix", signal);
  return { expression, grid, series: decoded(() => decodeMatrix(result, grid)), ...notes };
}

/** Asks for an expression's values at a time (seconds since 1970). Throws FailureError. */
export async function queryInstant(
  upstream: Upstream,
  expression: string,
  time: number,
  signal: AbortSignal,
): Promise<InstantAnswer> {
  const { result, notes } = await ask("query", upstream, expression, { time }, "vector", signal);
  return { expression, time, samples: decoded(() => decodeVector(result)), ...notes };
}

async function ask(
  endpoint: "query" | "query_range",
  upstream: Upstream,
  expression: string,
  times: Readonly<Record<string, number>>,
  wanted: "matrix" | "vector",
  signal: AbortSignal,
): Promise<{ result: unknown[]; notes: Notes }> {
  const words = new URLSearchParams({ query: expression });
  for (const [name, value] of Object.entries(times)) words.set(name, String(value));
  if (upstream === "thanos") {
    words.set("dedup", "true");
    words.set("partial_response", "true");
    if (endpoint === "query_range") words.set("max_source_resolution", "auto");
  }
  const { status, body } = await getJson(`/api/v1/${endpoint}?${words}`, signal);
  const answer = v.safeParse(Answer, body);
  if (!answer.success) throw unlike(status, "it has another shape");
  const { output } = answer;
  if (output.status === "error") throw refused(status, output.error);
  if (output.data.resultType !== wanted) throw unlike(status, `it is a ${output.data.resultType}`);
  return { result: output.data.result, notes: classify(output.warnings, output.infos) };
}

/** An error in the upstream's own words. */
export function refused(status: number, message: string): FailureError {
  const isOurs = status === 400 || status === 422;
  return new FailureError(
    isOurs ? { kind: "refused", message } : { kind: "http", status, message },
  );
}

/** An answer that is not what was agreed. */
export function unlike(status: number, detail: string): FailureError {
  return new FailureError(
    status === 200 ? { kind: "malformed", detail } : { kind: "http", status, message: "" },
  );
}

function decoded<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    throw new FailureError({ kind: "malformed", detail: error.message });
  }
}
