import { FailureError } from "./failure.ts";
import type { Failure } from "./failure.ts";
import type { Notes } from "./warnings.ts";

/** What a panel can show of its question. */
export type PanelState<T> =
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly failure: Failure; readonly retry: () => void }
  | Shown<T>;

export interface Shown<T> {
  readonly kind: "shown";
  readonly data: T;
  /** The moment that the data was asked for, in seconds since 1970. */
  readonly at: number;
  readonly notes: Notes;
  /** Why the data is not newer; undefined while it is as new as it can be. */
  readonly stale: Failure | undefined;
  readonly isRefreshing: boolean;
}

/** The part of a query's result that decides. */
interface Result<T> {
  readonly data: { readonly data: T; readonly at: number; readonly notes: Notes } | undefined;
  readonly isFetching: boolean;
  readonly refetch: () => unknown;
}

export function panelState<T>(
  { data, isFetching, refetch }: Result<T>,
  error: Error | null,
): PanelState<T> {
  if (error !== null && !(error instanceof FailureError)) throw error; // a mistake of ours
  const failure = error?.failure;
  if (data !== undefined) {
    return { kind: "shown", ...data, stale: failure, isRefreshing: isFetching };
  }
  if (failure !== undefined) return { kind: "failed", failure, retry: () => void refetch() };
  return { kind: "loading" };
}
