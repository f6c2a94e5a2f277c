import { useSearch } from "@tanstack/react-router";
import { validateSearch } from "../../view/search.ts";

/** What is looked for; it stands in the address. */
export function useFind(): string {
  return useSearch({ strict: false, select: (raw) => validateSearch(raw).find ?? "" });
}
