import { QueryClient } from "@tanstack/react-query";
import type { RefreshClock } from "../clock/refresh-clock.ts";
import { FailureError, isWorthRetrying } from "./failure.ts";

declare module "@tanstack/react-query" {
  interface Register {
    defaultError: Error;
    queryMeta: {
      /** Whether time adds something to the answer. */
      live: boolean;
    };
  }
}

const RETRIES = 2;
const FIRST_PAUSE = 1000;

/** Twice as long each time, and never the same for all who wait. */
function pauseBefore(retry: number): number {
  return FIRST_PAUSE * 2 ** retry * (0.5 + Math.random());
}

/** Keeps answers; when to ask again is the refresh clock's decision alone. */
export function makeClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (count, error) =>
          count < RETRIES && error instanceof FailureError && isWorthRetrying(error.failure),
        retryDelay: pauseBefore,
        networkMode: "always", // the control plane may be reached where the internet is not
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        structuralSharing: false, // typed arrays are replaced, never compared
        staleTime: 5000,
        gcTime: 120_000,
      },
    },
  });
}

/**
 * Asks everything on the screen again at every tick, except what still waits for its last answer.
 *
 * Returns what ends that.
 */
export function refetchOnTick(client: QueryClient, clock: RefreshClock): () => void {
  return clock.onTick(() => {
    void client.refetchQueries(
      { type: "active", predicate: ({ meta }) => meta?.live === true },
      { cancelRefetch: false },
    );
  });
}
