import type { Every } from "../clock/refresh-clock.ts";
import { QUANTILES } from "../lib/promql/catalogue.ts";
import type { Quantile, Signal } from "../lib/promql/catalogue.ts";
import { isSignal } from "../lib/promql/signals.ts";
import { isRecentName } from "../lib/time/range.ts";
import type { RecentName } from "../lib/time/range.ts";
import { PREVIOUS } from "../lib/time/previous.ts";
import type { Previous } from "../lib/time/previous.ts";
import { isZone } from "../lib/time/zone.ts";

/** How often to ask again, by the name it has in the address and on the screen; seconds. */
export const REFRESH = { off: 0, "10s": 10, "30s": 30, "1m": 60 } as const satisfies Record<
  string,
  Every
>;

export type RefreshName = keyof typeof REFRESH;

/** How environments are compared, by the name it has in the address. */
const MODES = ["overlay", "multiples", "difference", "ratio"] as const;

export type Mode = (typeof MODES)[number];

/**
 * What an address says. Absent is the default; `start` and `end` are seconds since 1970 and go
 * together, in place of `range`.
 */
export interface Search {
  readonly env?: readonly string[] | undefined;
  readonly range?: RecentName | undefined;
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  readonly refresh?: RefreshName | undefined;
  readonly base?: string | undefined;
  /** What is compared, and how. */
  readonly signal?: Signal | undefined;
  readonly mode?: Mode | undefined;
  /** The one data plane of an environment that is looked at. */
  readonly plane?: string | undefined;
  /** Which latency stands for an environment beside others. */
  readonly quantile?: Quantile | undefined;
  /** The name of the alert that is opened. */
  readonly alert?: string | undefined;
  /** Whose clocks are shown; the reader's own without it. */
  readonly tz?: string | undefined;
  /** The panel that fills the screen, by its title. */
  readonly panel?: string | undefined;
  /** On a wall: seconds until the next page. */
  readonly kiosk?: number | undefined;
  /** Which earlier time is drawn behind each line. */
  readonly previous?: Previous | undefined;
  /** What is looked for among data planes. */
  readonly find?: string | undefined;
  /** Lines that are not drawn, each with its panel before it: `latency:p50.prod`. */
  readonly hide?: readonly string[] | undefined;
  /** What the variables of a dashboard stand at, values with commas between. */
  readonly [variable: `var-${string}`]: string | undefined;
}

/** What goes along from page to page. */
export const KEPT = ["env", "range", "start", "end", "refresh", "base", "tz", "previous"] as const;

/** Takes what is right of an address, as text or already typed; the rest gets its default. */
export function validateSearch(raw: Readonly<Record<string, unknown>>): Search {
  const start = timeIn(raw["start"]);
  const end = timeIn(raw["end"]);
  const { range, refresh, signal, mode, quantile, tz } = raw;
  const isFixed = start !== undefined && end !== undefined && start < end;
  return withoutAbsent({
    env: namesIn(raw["env"]),
    range: !isFixed && isRecentName(range) ? range : undefined,
    start: isFixed ? start : undefined,
    end: isFixed ? end : undefined,
    refresh: isRefreshName(refresh) ? refresh : undefined,
    base: nameIn(raw["base"]),
    signal: isSignal(signal) ? signal : undefined,
    mode: isMode(mode) ? mode : undefined,
    plane: nameIn(raw["plane"]),
    quantile: isQuantile(quantile) ? quantile : undefined,
    alert: nameIn(raw["alert"]),
    tz: isZone(tz) ? tz : undefined,
    panel: nameIn(raw["panel"]),
    kiosk: kioskIn(raw["kiosk"]),
    previous: PREVIOUS.find((one) => one === String(raw["previous"])),
    find: nameIn(raw["find"]),
    hide: namesIn(raw["hide"]),
    ...variablesIn(raw),
  });
}

/** The words of an address, each as its text. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

/** An address' words, lists with commas; short enough to be read aloud. */
export function stringifySearch(search: Readonly<Record<string, unknown>>): string {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined)
      words.set(name, Array.isArray(value) ? value.map(escapeComma).join(",") : String(value));
  }
  const text = words
    .toString()
    .replaceAll("%2C", ",")
    .replaceAll("%2F", "/")
    .replaceAll("%3A", ":");
  return text === "" ? "" : `?${text}`;
}

function isRefreshName(value: unknown): value is RefreshName {
  return typeof value === "string" && Object.hasOwn(REFRESH, value);
}

function isMode(value: unknown): value is Mode {
  return MODES.some((mode) => mode === value);
}

function isQuantile(value: unknown): value is Quantile {
  return QUANTILES.some((quantile) => quantile === value);
}

function namesIn(value: unknown): readonly string[] | undefined {
  const list: unknown[] =
    typeof value === "string"
      ? value.split(",").map(unescapeComma)
      : Array.isArray(value)
        ? value
        : [];
  const names = list.filter((one) => typeof one === "string" && one !== "") as string[];
  return names.length > 0 ? [...new Set(names)] : undefined;
}

/** Lines are named after label values, in which a comma may stand. */
function escapeComma(name: string): string {
  return name.replaceAll("~", "~0").replaceAll(",", "~1");
}

function unescapeComma(text: string): string {
  return text.replaceAll("~1", ",").replaceAll("~0", "~");
}

function nameIn(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function variablesIn(raw: Readonly<Record<string, unknown>>): Record<`var-${string}`, string> {
  const found: [name: string, value: string][] = [];
  for (const [name, value] of Object.entries(raw)) {
    if (name.startsWith("var-") && typeof value === "string" && value !== "") {
      found.push([name, value]);
    }
  }
  return Object.fromEntries(found);
}

function timeIn(value: unknown): number | undefined {
  const time = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof time === "number" && Number.isSafeInteger(time) && time >= 0 ? time : undefined;
}

/** A page that is gone at once is no page. */
const SHORTEST_KIOSK = 5;

function kioskIn(value: unknown): number | undefined {
  const seconds = timeIn(value);
  return seconds === undefined ? undefined : Math.max(seconds, SHORTEST_KIOSK);
}

function withoutAbsent<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
