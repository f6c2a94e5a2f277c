import type { Configuration } from "../../api/configuration.ts";
import type { Previous } from "../../lib/time/previous.ts";
import { RECENT, frozen, shifted } from "../../lib/time/range.ts";
import type { Range, RecentName } from "../../lib/time/range.ts";
import { zoneName, zoneNames } from "../../lib/time/zone.ts";
import type { Search } from "../../view/search.ts";
import { searchOfRange } from "../../view/selection.ts";
import type { View } from "../../view/selection.ts";

/** In the order in which the palette and the help show them. */
export const GROUPS = [
  "Pages",
  "View",
  "Range",
  "Environments",
  "Dashboards",
  "Panels",
  "Theme",
  "Links",
  "Data planes",
  "Time zones",
] as const;

export type Group = (typeof GROUPS)[number];

/** Something that the reader can have done, by keys or by its words. */
export interface Command {
  readonly id: string;
  readonly group: Group;
  /** What it does. */
  readonly words: string;
  /** The keys that do it, as `nameOf` calls them, one after the other. */
  readonly keys?: string | undefined;
  readonly run: () => void;
  /** Whether there are so many of its kind that it is shown only to who looks for it. */
  readonly isOneOfMany?: boolean;
}

export interface Page {
  readonly to: string;
  readonly name: string;
}

/** What commands need done. */
export interface Doer {
  readonly go: (to: string, search?: Search) => void;
  readonly change: (search: Search) => void;
  readonly refresh: () => void;
  readonly togglePause: () => void;
  readonly open: (what: "palette" | "environments" | "help") => void;
  readonly toggleFull: (title?: string) => void;
  readonly print: () => void;
  readonly setTheme: (theme: "light" | "dark" | "auto") => void;
  readonly visit: (url: string) => void;
}

/** What commands are about. */
export interface Situation {
  readonly view: View;
  readonly configuration: Configuration;
  readonly pages: readonly Page[];
  readonly dashboards: readonly { readonly name: string; readonly title: string }[];
  /** The titles of the panels on the page. */
  readonly panels: readonly string[];
  /** Seconds since 1970. */
  readonly now: number;
}

/** How long a wall shows a page, in seconds. */
const KIOSK = 30;

/** The key after "g" for each page. */
const LETTERS: Readonly<Record<string, string>> = {
  "/": "o",
  "/metrics": "m",
  "/compare": "c",
  "/alerts": "a",
  "/data-planes": "d",
  "/dashboards": "b",
};

/** All that can be done here: the one list of palette, help and keys. */
export function commandsOf(situation: Situation, doer: Doer): Command[] {
  return [
    ...pageCommands(situation, doer),
    ...viewCommands(situation, doer),
    ...rangeCommands(situation, doer),
    ...environmentCommands(situation, doer),
    ...dashboardCommands(situation, doer),
    ...panelCommands(situation, doer),
    ...themeCommands(doer),
    ...situation.configuration.links.map(({ name, url }): Command => ({
      id: `link ${name}`,
      group: "Links",
      words: `Open ${name}`,
      run: () => doer.visit(url),
    })),
    ...zoneCommands(situation, doer),
  ];
}

function pageCommands({ pages }: Situation, { go }: Doer): Command[] {
  return pages.map(({ to, name }) => {
    const letter = LETTERS[to];
    return {
      id: `go ${to}`,
      group: "Pages",
      words: `Go to ${name}`,
      keys: letter && `g ${letter}`,
      run: () => go(to),
    };
  });
}

function viewCommands({ view }: Situation, doer: Doer): Command[] {
  const { kiosk, every } = view;
  return [
    viewCommand("palette", "Mod+k", "Find a page, an environment or an action", () =>
      doer.open("palette"),
    ),
    viewCommand("help", "?", "Show all keys", () => doer.open("help")),
    viewCommand("refresh", "r", "Refresh now", doer.refresh),
    viewCommand(
      "pause",
      "p",
      every === 0 ? "Resume refreshing" : "Pause refreshing",
      doer.togglePause,
    ),
    viewCommand("environment", "e", "Choose an environment", () => doer.open("environments")),
    viewCommand("compare", "c", "Compare environments", () => doer.go("/compare")),
    previousCommand("1", "t p", "the period before", view, doer),
    previousCommand("day", "t y", "yesterday's lines", view, doer),
    viewCommand("full", "v", "Show the panel at hand on the full screen, or end that", () =>
      doer.toggleFull(),
    ),
    viewCommand(
      "kiosk",
      "k",
      kiosk === undefined ? "Show page after page on a wall" : "Leave the wall's view",
      () => doer.change({ kiosk: kiosk === undefined ? KIOSK : undefined }),
    ),
    viewCommand("print", undefined, "Print this page, or save it as PDF", doer.print),
  ];
}

function viewCommand(
  id: string,
  keys: string | undefined,
  words: string,
  run: () => void,
): Command {
  return { id, group: "View", words, keys, run };
}

function previousCommand(
  which: Previous,
  keys: string,
  words: string,
  { previous }: View,
  { change }: Doer,
): Command {
  const isOn = previous === which;
  return viewCommand(
    `previous ${which}`,
    keys,
    isOn ? `Hide ${words}` : `Show ${words} behind each line`,
    () => change({ previous: isOn ? undefined : which }),
  );
}

function rangeCommands({ view, now }: Situation, { change }: Doer): Command[] {
  const show = (range: Range) => change(searchOfRange(range));
  const names = Object.keys(RECENT) as RecentName[];
  const command = (id: string, keys: string, words: string, range: () => Range): Command => ({
    id: `range ${id}`,
    group: "Range",
    words,
    keys,
    run: () => show(range()),
  });
  return [
    ...names.map((name, index) =>
      command(name, String(index + 1), `Show the last ${name}`, () => ({ kind: "recent", name })),
    ),
    command("earlier", "t ArrowLeft", "Move the range back by half", () =>
      shifted(view.range, -1, now),
    ),
    command("later", "t ArrowRight", "Move the range forward by half", () =>
      shifted(view.range, 1, now),
    ),
    command("frozen", "t a", "Fix the range as it is now, for a link to share", () =>
      frozen(view.range, now),
    ),
  ];
}

function environmentCommands({ configuration }: Situation, { change, go }: Doer): Command[] {
  const { environments } = configuration;
  const all: Command = {
    id: "environment all",
    group: "Environments",
    words: "Show all environments",
    run: () => change({ env: undefined, plane: undefined }),
  };
  const each = environments.map(({ name, title }): Command => ({
    id: `environment ${name}`,
    group: "Environments",
    words: `Show ${title} alone`,
    run: () => change({ env: [name], plane: undefined }),
  }));
  const planes = environments.flatMap((environment) =>
    environment.data_planes.map(({ id }): Command => ({
      id: `plane ${id}`,
      group: "Data planes",
      words: `Metrics of data plane ${id} in ${environment.title}`,
      run: () => go("/metrics", { env: [environment.name], plane: id }),
      isOneOfMany: true,
    })),
  );
  return [all, ...each, ...planes];
}

function dashboardCommands({ dashboards }: Situation, { go }: Doer): Command[] {
  return dashboards.map(({ name, title }) => ({
    id: `dashboard ${name}`,
    group: "Dashboards",
    words: `Dashboard ${title}`,
    run: () => go(`/dashboards/${name}`),
  }));
}

function panelCommands({ panels }: Situation, { toggleFull }: Doer): Command[] {
  return panels.map((title) => ({
    id: `panel ${title}`,
    group: "Panels",
    words: `Full screen: ${title}`,
    run: () => toggleFull(title),
    isOneOfMany: true,
  }));
}

function themeCommands({ setTheme }: Doer): Command[] {
  const themes = { light: "Light theme", dark: "Dark theme", auto: "The system's theme" } as const;
  return Object.entries(themes).map(([theme, words]) => ({
    id: `theme ${theme}`,
    group: "Theme",
    words,
    run: () => setTheme(theme as keyof typeof themes),
  }));
}

function zoneCommands({ view }: Situation, { change }: Doer): Command[] {
  const command = (words: string, tz: string | undefined): Command => ({
    id: `zone ${tz ?? ""}`,
    group: "Time zones",
    words,
    run: () => change({ tz }),
    isOneOfMany: true,
  });
  const own = command(`Time zone of this browser (${zoneName(undefined)})`, undefined);
  const named = zoneNames().map((name) => command(`Time zone ${name}`, name));
  return view.zone === undefined ? named : [own, ...named];
}
