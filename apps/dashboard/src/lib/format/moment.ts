const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options);
  const known = formats.get(key) ?? new Intl.DateTimeFormat("en-GB", options);
  formats.set(key, known);
  return known;
}

/** A moment (seconds since 1970) as a date and a time of day, in the reader's zone unless named. */
export function formatMoment(seconds: number, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const date = formatFor({ day: "numeric", month: "short", ...zone }).format(seconds * 1000);
  return `${date} ${formatTimeOfDay(seconds, timeZone)}`;
}

/** The time of day of a moment: "14:05:10". */
export function formatTimeOfDay(seconds: number, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  return formatFor({ hour: "2-digit", minute: "2-digit", second: "2-digit", ...zone }).format(
    seconds * 1000,
  );
}
