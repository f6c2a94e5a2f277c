import { FailureError } from "./failure.ts";

const PATIENCE_SECONDS = 30;

/** A JSON body that was not looked at yet, with its status. */
export interface Received {
  readonly status: number;
  readonly body: unknown;
  /** When the server says it answered, in milliseconds since 1970; undefined if it does not. */
  readonly servedAt: number | undefined;
}

/**
 * The one door to the network: fetches JSON from our own origin.
 *
 * Throws FailureError unless there is an answer in JSON. An abort by the caller passes through.
 */
export async function getJson(path: string, signal: AbortSignal): Promise<Received> {
  const patience = AbortSignal.timeout(PATIENCE_SECONDS * 1000);
  const either = AbortSignal.any([signal, patience]);
  let response: Response;
  let text: string;
  try {
    response = await fetch(path, { signal: either, headers: { Accept: "application/json" } });
    text = await response.text();
  } catch (error) {
    if (signal.aborted) throw error;
    if (patience.aborted) throw new FailureError({ kind: "late", seconds: PATIENCE_SECONDS });
    throw new FailureError({ kind: "unreachable" });
  }
  if (response.status === 401) throw new FailureError({ kind: "signed-out" });
  const date = Date.parse(response.headers.get("Date") ?? "");
  const servedAt = Number.isNaN(date) ? undefined : date;
  return { status: response.status, body: parse(text, response), servedAt };
}

function parse(text: string, response: Response): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (response.ok) throw new FailureError({ kind: "malformed", detail: "it is no JSON" });
    throw new FailureError({ kind: "http", status: response.status, message: "" });
  }
}
