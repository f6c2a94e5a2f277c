import * as v from "valibot";
import { Plugin, datasource, mistakeIn, text } from "./parts.ts";

const display = v.optional(
  v.strictObject({
    name: v.optional(v.string()),
    description: v.optional(v.string()),
    hidden: v.optional(v.boolean()),
  }),
);
const name = v.pipe(v.string(), v.regex(/^\w+$/, "is no name: letters, digits and _ are"));

const TextVariable = v.strictObject({
  kind: v.literal("TextVariable"),
  spec: v.strictObject({ name, display, value: v.string(), constant: v.optional(v.boolean()) }),
});

const SORTS = [
  "none",
  "alphabetical-asc",
  "alphabetical-desc",
  "numerical-asc",
  "numerical-desc",
  "alphabetical-ci-asc",
  "alphabetical-ci-desc",
] as const;

export type Sort = (typeof SORTS)[number];

const ListVariable = v.strictObject({
  kind: v.literal("ListVariable"),
  spec: v.strictObject({
    name,
    display,
    defaultValue: v.nullish(v.union([v.string(), v.array(v.string())])),
    allowMultiple: v.optional(v.boolean(), false),
    allowAllValue: v.optional(v.boolean(), false),
    customAllValue: v.optional(v.string()),
    capturingRegexp: v.optional(v.string()),
    sort: v.optional(v.picklist(SORTS)),
    plugin: Plugin,
  }),
});

const option = v.union([
  text,
  v.strictObject({ value: v.string(), label: v.optional(v.string()) }),
]);
const matchers = v.optional(v.array(v.string()), []);

/** Where the values of a list come from. */
const SOURCES = {
  StaticListVariable: v.strictObject({ values: v.array(option) }),
  PrometheusLabelValuesVariable: v.strictObject({ datasource, labelName: text, matchers }),
  PrometheusLabelNamesVariable: v.strictObject({ datasource, matchers }),
  PrometheusPromQLVariable: v.strictObject({ datasource, expr: text, labelName: text }),
} as const;

type SourceKind = keyof typeof SOURCES;

type Sources = { [Kind in SourceKind]: { kind: Kind } & v.InferOutput<(typeof SOURCES)[Kind]> };

export type Source = Sources[SourceKind];

interface Named {
  readonly name: string;
  /** What people read. */
  readonly title: string;
  readonly description?: string | undefined;
  readonly isHidden: boolean;
}

export interface TextChoice extends Named {
  readonly kind: "text";
  readonly value: string;
  readonly isConstant: boolean;
}

export interface ListChoice extends Named {
  readonly kind: "list";
  readonly defaults: readonly string[];
  readonly isMultiple: boolean;
  readonly hasAll: boolean;
  readonly customAll?: string | undefined;
  readonly capture?: string | undefined;
  readonly sort: Sort;
  readonly source: Source;
}

/** A variable that cannot be had, and why; the rest of the board works. */
export interface LostVariable extends Named {
  readonly kind: "lost";
  readonly reason: string;
}

export type Variable = TextChoice | ListChoice | LostVariable;

/** Reads one variable; `at` is where it stands in the document. */
export function readVariable(raw: unknown, at: string): Variable {
  const found = v.safeParse(v.variant("kind", [TextVariable, ListVariable]), raw);
  if (!found.success) return lost(nameIn(raw) ?? at, mistakeIn(found.issues[0], at));
  const { kind, spec } = found.output;
  const named = {
    name: spec.name,
    title: spec.display?.name ?? spec.name,
    description: spec.display?.description,
    isHidden: spec.display?.hidden ?? false,
  };
  if (kind === "TextVariable") {
    return { kind: "text", ...named, value: spec.value, isConstant: spec.constant ?? false };
  }
  if (!isSourceKind(spec.plugin.kind)) {
    return lost(spec.name, `variables of the kind ${spec.plugin.kind} cannot be had here`);
  }
  const source = v.safeParse(SOURCES[spec.plugin.kind], spec.plugin.spec);
  if (!source.success) {
    return lost(spec.name, mistakeIn(source.issues[0], `${at}.spec.plugin.spec`));
  }
  const defaults = spec.defaultValue ?? [];
  return {
    kind: "list",
    ...named,
    defaults: typeof defaults === "string" ? [defaults] : defaults,
    isMultiple: spec.allowMultiple,
    hasAll: spec.allowAllValue,
    customAll: spec.customAllValue,
    capture: spec.capturingRegexp,
    sort: spec.sort ?? "none",
    source: { kind: spec.plugin.kind, ...source.output } as Source,
  };
}

export function lost(variable: string, reason: string): LostVariable {
  return { kind: "lost", name: variable, title: variable, isHidden: false, reason };
}

function isSourceKind(kind: string): kind is SourceKind {
  return Object.hasOwn(SOURCES, kind);
}

const Nameable = v.object({ spec: v.object({ name }) });

function nameIn(raw: unknown): string | undefined {
  const found = v.safeParse(Nameable, raw);
  return found.success ? found.output.spec.name : undefined;
}
