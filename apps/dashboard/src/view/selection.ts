import type { Configuration, DataPlane, Environment } from "../api/configuration.ts";
import type { Every } from "../clock/refresh-clock.ts";
import type { Quantile, Signal } from "../lib/promql/catalogue.ts";
import type { Previous } from "../lib/time/previous.ts";
import type { Range, RecentName } from "../lib/time/range.ts";
import type { Zone } from "../lib/time/zone.ts";
import { REFRESH } from "./search.ts";
import type { Mode, RefreshName, Search } from "./search.ts";

const DEFAULT_RANGE: RecentName = "1h";
export const DEFAULT_SIGNAL: Signal = "p95";
export const DEFAULT_MODE: Mode = "overlay";
export const DEFAULT_QUANTILE: Quantile = "p95";

/** What the page shows: the address, with what it leaves open filled from the configuration. */
export interface View {
  /** The chosen environments, in the configured order; all where none is chosen. */
  readonly environments: readonly Environment[];
  readonly areAll: boolean;
  /** Names in the address that no environment has. */
  readonly unknown: readonly string[];
  readonly range: Range;
  readonly refresh: RefreshName;
  readonly every: Every;
  /** The environment that others are compared with. */
  readonly base: Environment | undefined;
  readonly signal: Signal;
  readonly mode: Mode;
  /** The one data plane that is looked at, where one environment is. */
  readonly plane: DataPlane | undefined;
  readonly quantile: Quantile;
  /** The name of the alert that is opened. */
  readonly alert: string | undefined;
  /** Whose clocks are shown. */
  readonly zone: Zone;
  /** Which earlier time is drawn behind each line. */
  readonly previous: Previous | undefined;
  /** Seconds until a wall shows the next page; undefined on a desk. */
  readonly kiosk: number | undefined;
  /** The title of the panel that fills the screen. */
  readonly panel: string | undefined;
}

export function viewOf(search: Search, configuration: Configuration): View {
  const { environments, refresh_seconds } = configuration;
  const names = new Set(search.env);
  const chosen = environments.filter(({ name }) => names.has(name));
  const shown = chosen.length > 0 ? chosen : environments;
  const refresh = search.refresh ?? refreshNamed(refresh_seconds);
  return {
    environments: shown,
    areAll: chosen.length === 0 || chosen.length === environments.length,
    unknown: [...names].filter((name) => !environments.some((one) => one.name === name)),
    range: rangeOf(search),
    refresh,
    every: REFRESH[refresh],
    base: environments.find(({ name }) => name === search.base) ?? environments[0],
    signal: search.signal ?? DEFAULT_SIGNAL,
    mode: search.mode ?? DEFAULT_MODE,
    plane: shown.length === 1 ? planeOf(shown[0], search.plane) : undefined,
    quantile: search.quantile ?? DEFAULT_QUANTILE,
    alert: search.alert,
    zone: search.tz,
    previous: search.previous,
    kiosk: search.kiosk,
    panel: search.panel,
  };
}

function planeOf(environment: Environment | undefined, id: string | undefined) {
  return environment?.data_planes.find((one) => one.id === id);
}

function rangeOf({ range, start, end }: Search): Range {
  if (start !== undefined && end !== undefined) return { kind: "fixed", start, end };
  return { kind: "recent", name: range ?? DEFAULT_RANGE };
}

/** The words of an address for a range; the default needs none. */
export function searchOfRange(range: Range): Pick<Search, "range" | "start" | "end"> {
  if (range.kind === "fixed") return { range: undefined, start: range.start, end: range.end };
  const name = range.name === DEFAULT_RANGE ? undefined : range.name;
  return { range: name, start: undefined, end: undefined };
}

export function refreshNamed(every: number): RefreshName {
  const found = Object.entries(REFRESH).find(([, seconds]) => seconds === every);
  return (found?.[0] ?? "10s") as RefreshName;
}
