/** Why a question to the control plane has no answer. */
export type Failure =
  | { readonly kind: "unreachable" }
  | { readonly kind: "late"; readonly seconds: number }
  | { readonly kind: "signed-out" }
  | { readonly kind: "refused"; readonly message: string } // the server's own words on the query
  | { readonly kind: "http"; readonly status: number; readonly message: string }
  | { readonly kind: "malformed"; readonly detail: string };

/** A failure on its way through what only knows errors. */
export class FailureError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(explain(failure));
    this.failure = failure;
  }
}

/** What a failure means, in one sentence for the reader. */
export function explain(failure: Failure): string {
  switch (failure.kind) {
    case "unreachable":
      return "The control plane does not answer.";
    case "late":
      return `The control plane did not answer within ${failure.seconds} s.`;
    case "signed-out":
      return "The control plane asks for a password. Load the page again to sign in.";
    case "refused":
      return `The query was refused: ${failure.message}`;
    case "http":
      return `The control plane answered ${failure.status}${failure.message && `: ${failure.message}`}.`;
    case "malformed":
      return `The answer is not one of Prometheus' API: ${failure.detail}`;
  }
}

const PASSING = new Set([429, 502, 503, 504]);

/** Whether asking again may help. A wrong query stays wrong; a slow one would only queue up. */
export function isWorthRetrying(failure: Failure): boolean {
  return failure.kind === "unreachable" || (failure.kind === "http" && PASSING.has(failure.status));
}
