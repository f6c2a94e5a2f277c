import { createContext, useCallback, useContext, useSyncExternalStore } from "react";
import type { RefreshClock } from "./refresh-clock.ts";

export const ClockContext = createContext<RefreshClock | undefined>(undefined);

export function useClock(): RefreshClock {
  const clock = useContext(ClockContext);
  if (clock === undefined) throw new Error("there is no clock around this");
  return clock;
}

function everySecond(listener: () => void): () => void {
  const timer = setInterval(listener, 1000);
  return () => clearInterval(timer);
}

/** The present, in whole seconds since 1970; changes every second. */
export function useNow(): number {
  const clock = useClock();
  const now = useCallback(() => Math.floor(clock.now()), [clock]);
  return useSyncExternalStore(everySecond, now);
}
