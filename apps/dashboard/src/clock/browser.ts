import type { Surroundings } from "./refresh-clock.ts";

/** A browser's page, with its clock put right by so many milliseconds. */
export function browser(skew: number): Surroundings {
  return {
    now: () => Date.now() + skew,
    isHidden: () => document.hidden,
    onVisibilityChange(listener) {
      document.addEventListener("visibilitychange", listener);
      return () => document.removeEventListener("visibilitychange", listener);
    },
  };
}
