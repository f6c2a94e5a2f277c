import * as v from "valibot";
import { MOST_CHARACTERS, MOST_GROUPS, MOST_PANELS, MOST_VARIABLES, isTooDeep } from "./limits.ts";
import { cyclesIn } from "./order.ts";
import { Display, Plugin, duration, mistakeIn, name } from "./parts.ts";
import { PANELS, PrometheusTimeSeriesQuery } from "./plugins.ts";
import type { PanelKind, Spec } from "./plugins.ts";
import { lost, readVariable } from "./variables.ts";
import type { Variable } from "./variables.ts";

// The subset is taken from the Perses specification as of 2026-08; a newer one may know more.

export type Query = v.InferOutput<typeof PrometheusTimeSeriesQuery>;

interface Framed {
  readonly title: string;
  readonly description?: string | undefined;
}

type Drawable = {
  [Kind in PanelKind]: Framed & {
    readonly kind: Kind;
    readonly spec: Spec<Kind>;
    readonly queries: readonly Query[];
  };
};

/** A panel that is drawn. */
export type DrawnPanel = Drawable[PanelKind];

/** A panel in whose place stands why it is not drawn. */
export type LostPanel = Framed & {
  readonly kind: "lost";
  /** One line: the kind that is not known, or where its specification is wrong. */
  readonly reason: string;
};

export type Panel = DrawnPanel | LostPanel;

/** A panel's place in its group, in columns and rows of the grid. */
export interface Item {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly panel: Panel;
}

export interface Group {
  readonly title?: string | undefined;
  /** Whether it can be folded, and how it begins. */
  readonly isFolding: boolean;
  readonly isOpen: boolean;
  /** The variable for each of whose values it is shown once. */
  readonly repeat?: string | undefined;
  readonly items: readonly Item[];
}

export interface Board {
  readonly name: string;
  readonly project?: string | undefined;
  readonly title: string;
  readonly description?: string | undefined;
  readonly variables: readonly Variable[];
  readonly groups: readonly Group[];
}

/** A template that cannot be shown, with one line that says why. */
export class TemplateError extends Error {}

// A plain object: valibot's own records leave out keys such as __proto__ without a word.
const panels = v.optional(
  v.custom<Record<string, unknown>>(
    (raw) => typeof raw === "object" && raw !== null && !Array.isArray(raw),
    "is no object",
  ),
  {},
);

const place = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000));

const Grid = v.strictObject({
  kind: v.literal("Grid"),
  spec: v.strictObject({
    display: v.optional(
      v.strictObject({
        title: v.optional(v.string()),
        collapse: v.optional(v.strictObject({ open: v.boolean() })),
      }),
    ),
    items: v.array(
      v.strictObject({
        x: place,
        y: place,
        width: place,
        height: place,
        content: v.strictObject({ $ref: v.string() }),
      }),
    ),
    repeatVariable: v.optional(v.string()),
  }),
});

const Template = v.strictObject({
  kind: v.literal("Dashboard"),
  metadata: v.strictObject({
    name,
    // Without a project `percli migrate` writes an empty one.
    project: v.optional(v.union([v.literal(""), name])),
    createdAt: v.optional(v.string()),
    updatedAt: v.optional(v.string()),
    version: v.optional(v.number()),
    tags: v.optional(v.array(v.string())),
  }),
  spec: v.strictObject({
    display: v.optional(Display),
    // Read, and left alone: one control plane has one source, and range and refresh are the reader's.
    datasources: v.optional(v.unknown()),
    duration: v.optional(duration),
    refreshInterval: v.optional(duration),
    annotations: v.optional(v.unknown()),
    links: v.optional(v.unknown()),
    variables: v.optional(v.pipe(v.array(v.unknown()), v.maxLength(MOST_VARIABLES)), []),
    panels,
    layouts: v.optional(v.pipe(v.array(Grid), v.maxLength(MOST_GROUPS)), []),
  }),
});

const Framing = v.strictObject({
  kind: v.literal("Panel"),
  spec: v.strictObject({
    display: v.optional(Display),
    plugin: Plugin,
    queries: v.optional(
      v.array(
        v.strictObject({
          kind: v.string(),
          spec: v.strictObject({ name: v.optional(v.string()), plugin: Plugin }),
        }),
      ),
      [],
    ),
    links: v.optional(v.unknown()),
    annotations: v.optional(v.unknown()),
  }),
});

/**
 * Reads a template, given how long its JSON was. A panel or a variable that is wrong or of another
 * kind says so in its place. Throws TemplateError where nothing can be shown.
 */
export function readBoard(document: unknown, characters: number): Board {
  if (characters > MOST_CHARACTERS) throw new TemplateError("it is longer than 1 MB");
  if (isTooDeep(document)) throw new TemplateError("it is nested too deeply");
  const found = v.safeParse(Template, document);
  if (!found.success) throw new TemplateError(mistakeIn(found.issues[0]));
  const { metadata, spec } = found.output;
  const byKey = panelsOf(spec.panels);
  const shown = spec.layouts.reduce((sum, { spec: { items } }) => sum + items.length, 0);
  if (Math.max(byKey.size, shown) > MOST_PANELS) {
    throw new TemplateError(`it has more than ${MOST_PANELS} panels`);
  }
  return {
    name: metadata.name,
    project: metadata.project,
    title: spec.display?.name ?? metadata.name,
    description: spec.display?.description,
    variables: variablesOf(spec.variables),
    groups: spec.layouts.map((layout) => groupOf(layout, byKey)),
  };
}

/** Those of a cycle wait for each other for ever: each names them all. */
function variablesOf(raw: readonly unknown[]): Variable[] {
  const read = raw.map((one, index) => readVariable(one, `spec.variables.${index}`));
  const names = new Set<string>();
  const single = read.map((one) => {
    if (names.has(one.name)) return lost(one.name, "there are two variables of this name");
    names.add(one.name);
    return one;
  });
  const cycles = cyclesIn(single);
  return single.map((one) => {
    const cycle = cycles.get(one.name);
    return cycle ? lost(one.name, `it depends on itself: ${cycle.join(" → ")}`) : one;
  });
}

function panelsOf(raw: Readonly<Record<string, unknown>>): ReadonlyMap<string, Panel> {
  return new Map(
    Object.entries(raw).map(([key, one]) => [key, panelOf(one, key, `spec.panels.${key}`)]),
  );
}

function panelOf(raw: unknown, key: string, at: string): Panel {
  const framing = v.safeParse(Framing, raw);
  if (!framing.success) {
    return { kind: "lost", title: key, reason: mistakeIn(framing.issues[0], at) };
  }
  const { display, plugin, queries } = framing.output.spec;
  const framed = { title: display?.name ?? key, description: display?.description };
  const gone = (reason: string): Panel => ({ kind: "lost", ...framed, reason });
  const { kind } = plugin;
  if (!isPanelKind(kind)) return gone(`Panels of the kind ${kind} cannot be shown here.`);
  const spec = v.safeParse(PANELS[kind], plugin.spec);
  if (!spec.success) return gone(mistakeIn(spec.issues[0], `${at}.spec.plugin.spec`));
  const asked: Query[] = [];
  for (const [index, query] of queries.entries()) {
    const asks = query.spec.plugin;
    if (query.kind !== "TimeSeriesQuery" || asks.kind !== "PrometheusTimeSeriesQuery") {
      return gone(`Queries of the kind ${asks.kind} cannot be asked here.`);
    }
    const read = v.safeParse(PrometheusTimeSeriesQuery, asks.spec);
    const where = `${at}.spec.queries.${index}.spec.plugin.spec`;
    if (!read.success) return gone(mistakeIn(read.issues[0], where));
    asked.push(read.output);
  }
  return { kind, ...framed, spec: spec.output, queries: asked } as DrawnPanel;
}

function isPanelKind(kind: string): kind is PanelKind {
  return Object.hasOwn(PANELS, kind);
}

const REFERENCE = "#/spec/panels/";

function groupOf(
  { spec: { display, items, repeatVariable } }: v.InferOutput<typeof Grid>,
  panelsByKey: ReadonlyMap<string, Panel>,
): Group {
  return {
    title: display?.title,
    isFolding: display?.collapse !== undefined,
    isOpen: display?.collapse?.open ?? true,
    repeat: repeatVariable,
    items: items.map(({ content: { $ref }, ...at }) => ({
      ...at,
      panel: panelsByKey.get($ref.slice(REFERENCE.length)) ?? {
        kind: "lost",
        title: $ref,
        reason: `${$ref}: there is no such panel`,
      },
    })),
  };
}
