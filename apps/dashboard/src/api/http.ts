import { FailureError } from "./failure.ts";

const PATIENCE_SECONDS = 30;

/** A JSON body that was not looked at yet, with its status. */
export interface Received {
  readonly status: number;
  readonly body: unknown;
  /** How long the body was, in characters. */
  readonly characters: number;
  /** When the server says it answered, in milliseconds since 1970; undefined if it does not. */
  readonly servedAt: number | undefined;
}

/**
 * The one door to the network: fetches JSON from our own origin.
 *
 * Throws FailureError unless there is an answer in JSON. An abort by the caller passes through.
 */
export async function getJson(path: string, signal: AbortSignal): Promise<Received> {
  const { response, text } = await get(path, "application/json", signal);
  const date = Date.parse(response.headers.get("Date") ?? "");
  const servedAt = Number.isNaN(date) ? undefined : date;
  const body = parse(text, response);
  return { status: response.status, body, characters: text.length, servedAt };
}

/** Fetches a text, likewise; undefined where there is none. */
export async function getText(path: string, signal: AbortSignal): Promise<string | undefined> {
  const { response, text } = await get(path, "text/*", signal);
  if (response.status === 404) return undefined;
  if (response.ok) return text;
  throw new FailureError({ kind: "http", status: response.status, message: "" });
}

async function get(
  path: string,
  accepted: string,
  signal: AbortSignal,
): Promise<{ response: Response; text: string }> {
  const patience = AbortSignal.timeout(PATIENCE_SECONDS * 1000);
  const either = AbortSignal.any([signal, patience]);
  let response: Response;
  let text: string;
  try {
    response = await fetch(path, { signal: either, headers: { Accept: accepted } });
    text = await response.text();
  } catch (error) {
    if (signal.aborted) throw error;
    if (patience.aborted) throw new FailureError({ kind: "late", seconds: PATIENCE_SECONDS });
    throw new FailureError({ kind: "unreachable" });
  }
  if (response.status === 401) throw new FailureError({ kind: "signed-out" });
  return { response, text };
}

function parse(text: string, response: Response): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (response.ok) throw new FailureError({ kind: "malformed", detail: "it is no JSON" });
    throw new FailureError({ kind: "http", status: response.status, message: "" });
  }
}
