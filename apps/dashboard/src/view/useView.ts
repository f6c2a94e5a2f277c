import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { useConfiguration } from "../api/ConfigurationContext.ts";
import { validateSearch } from "./search.ts";
import type { Search } from "./search.ts";
import { viewOf } from "./selection.ts";
import type { View } from "./selection.ts";

/** What the page shows, from its address. */
export function useView(): View {
  const search = useSearch({ strict: false, select: withoutHidden, structuralSharing: true });
  const configuration = useConfiguration();
  return useMemo(() => viewOf(search, configuration), [search, configuration]);
}

/** Which lines are drawn changes nothing of what is asked for: their panels look at it alone. */
function withoutHidden(raw: Readonly<Record<string, unknown>>): Search {
  return { ...validateSearch(raw), hide: undefined };
}

/** Changes some of the address. Back undoes it, unless it replaces what was there. */
export function useChangeView(): (change: Search, how?: { replace: boolean }) => void {
  const navigate = useNavigate();
  return useCallback(
    (change, { replace } = { replace: false }) =>
      void navigate({ to: ".", search: (before) => ({ ...before, ...change }), replace }),
    [navigate],
  );
}
