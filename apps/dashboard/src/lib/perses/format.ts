import type { Unit } from "../format/units.ts";
import type { Format } from "./parts.ts";

const THROUGHPUT: Readonly<Record<string, Unit>> = {
  "requests/sec": "requests/s",
  "bytes/sec": "bytes/s",
  "decbytes/sec": "decbytes/s",
  "bits/sec": "bits/s",
  "decbits/sec": "bits/s",
};

const UNITS: Readonly<Record<string, Unit>> = {
  ...THROUGHPUT,
  nanoseconds: "nanoseconds",
  microseconds: "microseconds",
  milliseconds: "milliseconds",
  seconds: "duration",
  minutes: "minutes",
  hours: "hours",
  days: "days",
  percent: "percent",
  "percent-decimal": "ratio",
  bytes: "bytes",
  decbytes: "decbytes",
  bits: "bits",
  decbits: "bits",
  eur: "euros",
};

/** How the numbers of a format are written here; those without a unit of their own as counts. */
export function unitOf(format: Format | undefined): Unit {
  const { unit = "decimal" } = format ?? {};
  return UNITS[unit] ?? (unit.endsWith("/sec") ? "events/s" : "count");
}

/** Whether numbers of a format are written here without their unit. */
export function isBare({ unit = "decimal" }: Format = {}): boolean {
  return unitOf({ unit }) === "count" && unit !== "decimal";
}
