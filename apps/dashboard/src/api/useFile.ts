import { useQuery } from "@tanstack/react-query";
import { FailureError } from "./failure.ts";
import { getJson } from "./http.ts";
import { panelState } from "./panel-state.ts";
import type { PanelState } from "./panel-state.ts";

const NO_NOTES = { partial: [], remarks: [] };

/** A file of JSON that stays as it is while the page is open. `read` may throw FailureError. */
export function useFile<T>(
  address: string,
  read: (body: unknown, characters: number) => T,
): PanelState<T> {
  const result = useQuery({
    queryKey: ["file", address],
    queryFn: async ({ signal }) => {
      const { status, body, characters } = await getJson(address, signal);
      if (status !== 200) throw new FailureError({ kind: "http", status, message: "" });
      return { data: read(body, characters), at: 0, notes: NO_NOTES };
    },
    staleTime: Infinity,
    meta: { live: false },
  });
  return panelState(result, result.error);
}
