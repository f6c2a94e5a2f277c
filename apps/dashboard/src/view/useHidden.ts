import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { validateSearch } from "./search.ts";

/** Which lines of a panel are not drawn, by id, and what changes that. The address keeps it. */
export function useHidden(
  panel: string,
): readonly [hidden: ReadonlySet<string>, hide: (hidden: ReadonlySet<string>) => void] {
  const all = useSearch({
    strict: false,
    select: (search) => validateSearch(search).hide,
    structuralSharing: true,
  });
  const hidden = useMemo(() => {
    const own = (all ?? []).filter((one) => one.startsWith(`${panel}:`));
    return new Set(own.map((one) => one.slice(panel.length + 1)));
  }, [all, panel]);
  const navigate = useNavigate();
  const hide = useCallback(
    (ids: ReadonlySet<string>) =>
      void navigate({
        to: ".",
        // One step back should lead to another view, not to every line that was looked at.
        replace: true,
        search: (before) => {
          const others = before.hide?.filter((one) => !one.startsWith(`${panel}:`)) ?? [];
          const hides = [...others, ...[...ids].map((id) => `${panel}:${id}`)];
          return { ...before, hide: hides.length > 0 ? hides : undefined };
        },
      }),
    [navigate, panel],
  );
  return [hidden, hide];
}
