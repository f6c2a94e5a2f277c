import type { Asking } from "./useAsking.ts";

/** What every kind of panel is drawn from. */
export interface BodyProps {
  readonly title: string;
  readonly asking: Asking;
  /** Whether it asks: it has questions, and is on the screen. */
  readonly isAsking: boolean;
  /** Of everything below its title, in pixels. */
  readonly height: number;
}
