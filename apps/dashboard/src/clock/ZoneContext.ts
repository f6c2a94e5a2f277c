import { createContext, useContext } from "react";
import type { Zone } from "../lib/time/zone.ts";

/** Whose clocks the page shows; the address says it. */
export const ZoneContext = createContext<Zone>(undefined);

/** The zone in which times are written. */
export function useZone(): Zone {
  return useContext(ZoneContext);
}
