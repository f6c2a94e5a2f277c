import type { Asking } from "./useAsking.ts";

/** What every kind of panel is drawn from. */
export interface BodyProps {
  readonly title: string;
  readonly asking: Asking;
  /** Whether it is on the screen, so that it asks. */
  readonly isOnScreen: boolean;
  /** Of everything below its title, in pixels. */
  readonly height: number;
}
