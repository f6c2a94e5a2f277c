import type { GridSeries } from "../lib/series/series.ts";

/** A stretch of time that a chart shows, in seconds since 1970. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** How a line is drawn. Percentiles of one environment share its colour and differ in weight. */
export type LineKind = "line" | "area" | "p50" | "p95" | "p99" | "ghost";

/** One line of a chart. */
export interface ChartSeries {
  /** Unique within its chart and the same after every refresh. */
  readonly id: string;
  readonly name: string;
  /** Place in the palette: that of its environment, from 1, or NOBODY's. */
  readonly slot: number;
  /** Which of several lines of one slot it is, from 1; undefined for the only one. */
  readonly shade?: number | undefined;
  readonly kind: LineKind;
  /** Whether its chart has one environment alone, so that no dash has to tell whose line it is. */
  readonly isPlain?: boolean;
  readonly data: GridSeries;
}

/** What a line was at an earlier time; drawn behind it. */
export interface Ghost extends ChartSeries {
  readonly kind: "ghost";
  /** The id of its line. */
  readonly of: string;
}

/** Ghosts, and how long before they were: "1 d before". */
export interface Before {
  readonly words: string;
  readonly ghosts: readonly Ghost[];
}

/** A limit that is drawn across a chart and is always within its value axis. */
export interface Threshold {
  readonly value: number;
  readonly text: string;
}

export type MarkKind = "deploy" | "fault" | "alert";

/** Something that happened at a moment, or went on for a while; seconds since 1970. */
export type Mark = {
  readonly kind: MarkKind;
  readonly environment: string;
  readonly text: string;
  /** Whether it still stands; its end is then no more than when it was last seen. */
  readonly isOn?: boolean;
  /** The alert's name, by which its page is found. */
  readonly alert?: string | undefined;
} & ({ readonly at: number } | Span);
