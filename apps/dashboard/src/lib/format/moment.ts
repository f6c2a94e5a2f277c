import type { Zone } from "../time/zone.ts";

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(options: Intl.DateTimeFormatOptions, zone: Zone): Intl.DateTimeFormat {
  const wanted = zone === undefined ? options : { ...options, timeZone: zone };
  const key = JSON.stringify(wanted);
  const known = formats.get(key) ?? new Intl.DateTimeFormat("en-GB", wanted);
  formats.set(key, known);
  return known;
}

/** A moment (seconds since 1970) as a date and a time of day. */
export function formatMoment(seconds: number, zone: Zone): string {
  const date = formatFor({ day: "numeric", month: "short" }, zone).format(seconds * 1000);
  return `${date} ${formatTimeOfDay(seconds, zone)}`;
}

/** The time of day of a moment: "14:05:10". */
export function formatTimeOfDay(seconds: number, zone: Zone): string {
  const options = { hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;
  return formatFor(options, zone).format(seconds * 1000);
}
