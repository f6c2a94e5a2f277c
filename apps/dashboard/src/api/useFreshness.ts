import { useQueryClient } from "@tanstack/react-query";
import type { QueryClient } from "@tanstack/react-query";
import { useCallback, useSyncExternalStore } from "react";

/** What the page's questions come to. */
export interface Freshness {
  /** The oldest moment that anything on the screen was asked for; seconds since 1970. */
  readonly at: number | undefined;
  readonly isFetching: boolean;
  readonly isFailing: boolean;
}

/** How fresh the screen is. A page without questions has no age. */
export function useFreshness(): Freshness {
  const client = useQueryClient();
  const subscribe = useCallback(
    (listener: () => void) => client.getQueryCache().subscribe(listener),
    [client],
  );
  const text = useSyncExternalStore(subscribe, () => JSON.stringify(freshnessOf(client)));
  return JSON.parse(text) as Freshness;
}

function freshnessOf(client: QueryClient): Freshness {
  const active = client.getQueryCache().findAll({ type: "active" });
  const live = active.filter(({ meta }) => meta?.live === true);
  const times = live.flatMap(({ state }) => {
    const data = state.data as { at?: number } | undefined;
    return data?.at === undefined ? [] : [data.at];
  });
  return {
    at: times.length > 0 ? Math.min(...times) : undefined,
    isFetching: active.some(({ state }) => state.fetchStatus === "fetching"),
    isFailing: live.some(({ state }) => state.status === "error"),
  };
}
