import type { Unit } from "../format/units.ts";
import type { Signal } from "./catalogue.ts";

interface SignalWords {
  readonly title: string;
  /** As it stands within a sentence. */
  readonly noun: string;
  readonly unit: Unit;
}

/** What the golden signals are called, in the order in which they are shown. */
export const SIGNALS: Readonly<Record<Signal, SignalWords>> = {
  requests: { title: "Requests", noun: "request rate", unit: "requests/s" },
  errors: { title: "Errors", noun: "error rate", unit: "ratio" },
  p50: { title: "Latency p50", noun: "p50 latency", unit: "seconds" },
  p95: { title: "Latency p95", noun: "p95 latency", unit: "seconds" },
  p99: { title: "Latency p99", noun: "p99 latency", unit: "seconds" },
  active: { title: "Active", noun: "number of active requests", unit: "count" },
};

export const SIGNAL_NAMES = Object.keys(SIGNALS) as Signal[];

export function isSignal(value: unknown): value is Signal {
  return typeof value === "string" && Object.hasOwn(SIGNALS, value);
}
