/**
 * Time zones by their IANA names; undefined is the reader's own. Local times are written as forms
 * write them: "2026-10-25T02:30:00", without a zone.
 */
export type Zone = string | undefined;

const DAY = 86_400;
const MINUTE = 60;
const HOUR = 3600;

/** Whether a browser knows a zone. Offsets are no zones: they know no summer time. */
export function isZone(text: unknown): text is string {
  if (typeof text !== "string" || !/^[A-Za-z]/.test(text)) return false;
  try {
    partsFor(text);
    return true;
  } catch {
    return false;
  }
}

/** Cities that changed their spelling; browsers list the old one and know both. */
const RENAMED: Readonly<Record<string, string>> = {
  "Africa/Asmera": "Africa/Asmara",
  "Asia/Calcutta": "Asia/Kolkata",
  "Asia/Katmandu": "Asia/Kathmandu",
  "Asia/Rangoon": "Asia/Yangon",
  "Asia/Saigon": "Asia/Ho_Chi_Minh",
  "Atlantic/Faeroe": "Atlantic/Faroe",
  "Europe/Kiev": "Europe/Kyiv",
  "Pacific/Ponape": "Pacific/Pohnpei",
  "Pacific/Truk": "Pacific/Chuuk",
};

/** The names that can be chosen, UTC first. */
export function zoneNames(): string[] {
  const names = Intl.supportedValuesOf("timeZone").map((name) => RENAMED[name] ?? name);
  return [...new Set(["UTC", ...names.toSorted()])];
}

/** What a zone is called; the reader's own has a name as well. */
export function zoneName(zone: Zone): string {
  return zone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** How far a zone is ahead of UTC at a time (seconds since 1970), in seconds. */
export function offsetAt(seconds: number, zone: Zone): number {
  return secondsOf(localOf(seconds, zone)) - Math.floor(seconds);
}

/** An offset as people write it: "UTC", "UTC+1", "UTC+5:30". */
export function formatOffset(offset: number): string {
  if (offset === 0) return "UTC";
  const [hours, minutes] = [
    Math.floor(Math.abs(offset) / HOUR),
    (Math.abs(offset) % HOUR) / MINUTE,
  ];
  const rest = minutes > 0 ? `:${two(minutes)}` : "";
  return `UTC${offset < 0 ? "−" : "+"}${hours}${rest}`;
}

/** The local time of a moment (seconds since 1970). */
export function localOf(seconds: number, zone: Zone): string {
  const of = new Map<string, string>();
  for (const { type, value } of partsFor(zone).formatToParts(Math.floor(seconds) * 1000)) {
    of.set(type, value);
  }
  const part = (name: Intl.DateTimeFormatPartTypes) => of.get(name) ?? "";
  const date = [part("year").padStart(4, "0"), part("month"), part("day")].join("-");
  return `${date}T${part("hour")}:${part("minute")}:${part("second")}`;
}

/**
 * The moments at which a zone's clocks show a local time, the earlier one first: one as a rule,
 * none in the gap when clocks go forward, two in the overlap when they go back.
 */
export function momentsOf(local: string, zone: Zone): number[] {
  const asIfUtc = secondsOf(local);
  if (Number.isNaN(asIfUtc)) return [];
  const around = [offsetAt(asIfUtc - DAY, zone), offsetAt(asIfUtc + DAY, zone)];
  const moments = around.map((offset) => asIfUtc - offset);
  const right = moments.filter((moment) => moment + offsetAt(moment, zone) === asIfUtc);
  return [...new Set(right)].toSorted((one, other) => one - other);
}

/** A moment as ISO 8601 writes it, with the zone's offset; in UTC where no zone was named. */
export function formatIso(seconds: number, zone: Zone): string {
  const offset = zone === undefined ? 0 : offsetAt(seconds, zone);
  if (offset === 0) return `${localOf(seconds, "UTC")}.000Z`;
  const ahead = Math.abs(offset);
  const suffix = `${offset < 0 ? "-" : "+"}${two(ahead / HOUR)}:${two((ahead % HOUR) / MINUTE)}`;
  return `${localOf(seconds, zone)}.000${suffix}`;
}

function two(count: number): string {
  return String(Math.floor(count)).padStart(2, "0");
}

function secondsOf(local: string): number {
  // oxlint-disable-next-line no-restricted-globals -- it reads a text and no clock
  return Math.floor(Date.parse(`${local}Z`) / 1000);
}

const formats = new Map<Zone, Intl.DateTimeFormat>();

function partsFor(zone: Zone): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-GB", {
    ...(zone === undefined ? {} : { timeZone: zone }),
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  formats.set(zone, made);
  return made;
}
