import * as v from "valibot";

// Perses closes its definitions: a field that it does not know is a mistake there, and so here.
// Objects are named as in its CUE schemas, where they come from.

const COLOUR = /^#(?:[0-9a-fA-F]{3}){1,2}$/;
const DURATION = /^(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$/;
const A_VARIABLE = /^\$\w+$/;

export const number = v.pipe(v.number(), v.finite());
export const text = v.pipe(v.string(), v.minLength(1));
export const colour = v.pipe(v.string(), v.regex(COLOUR, "is no colour such as #f2495c"));
export const duration = v.pipe(v.string(), v.regex(DURATION, "is no duration such as 1h30m"));
export const name = v.pipe(
  v.string(),
  v.maxLength(75),
  v.regex(/^[a-zA-Z0-9_.-]+$/, "is no name: letters, digits, _ . and - are"),
);

export const Display = v.strictObject({
  name: v.optional(v.string()),
  description: v.optional(v.string()),
});

/** What does the work, by its kind; each kind has a specification of its own. */
export const Plugin = v.strictObject({
  kind: text,
  metadata: v.optional(
    v.strictObject({ version: v.optional(v.string()), registry: v.optional(v.string()) }),
  ),
  spec: v.optional(v.unknown(), {}),
});

/** Which source is asked. There is one here, so that it is read and changes nothing. */
export const datasource = v.optional(
  v.union([
    v.pipe(v.string(), v.regex(A_VARIABLE)),
    v.strictObject({ kind: v.literal("PrometheusDatasource"), name: v.optional(v.string()) }),
  ]),
);

export const CALCULATIONS = [
  "first",
  "last",
  "first-number",
  "last-number",
  "mean",
  "sum",
  "min",
  "max",
] as const;

export type Calculation = (typeof CALCULATIONS)[number];

const UNITS = new Set(
  [
    "nanoseconds microseconds milliseconds seconds minutes hours days weeks months years",
    "percent percent-decimal decimal bits decbits bytes decbytes",
    "bits/sec decbits/sec bytes/sec decbytes/sec counts/sec events/sec messages/sec ops/sec",
    "packets/sec reads/sec records/sec requests/sec rows/sec writes/sec",
    "aud cad chf cny eur gbp hkd inr jpy krw nok nzd sek sgd usd celsius fahrenheit",
    "datetime-iso datetime-us datetime-local date-iso date-us date-local",
    "time-local time-iso time-us relative-time unix-timestamp unix-timestamp-ms",
  ].flatMap((line) => line.split(" ")),
);

export const Format = v.strictObject({
  unit: v.optional(
    v.pipe(
      v.string(),
      v.check((unit) => UNITS.has(unit), "is no unit of Perses"),
    ),
  ),
  decimalPlaces: v.optional(number),
  shortValues: v.optional(v.boolean()),
});

export type Format = v.InferOutput<typeof Format>;

export const Thresholds = v.strictObject({
  mode: v.optional(v.picklist(["percent", "absolute"])),
  defaultColor: v.optional(v.string()),
  steps: v.optional(
    v.array(
      v.strictObject({
        value: number,
        color: v.optional(v.string()),
        name: v.optional(v.string()),
      }),
    ),
  ),
});

export type Thresholds = v.InferOutput<typeof Thresholds>;

const result = v.strictObject({ value: v.string(), color: v.optional(colour) });
const misc = v.nullable(v.picklist(["empty", "null", "NaN", "true", "false"]));

/** What stands in place of some values. */
export const Mapping = v.variant("kind", [
  v.strictObject({ kind: v.literal("Value"), spec: v.strictObject({ value: text, result }) }),
  v.strictObject({
    kind: v.literal("Range"),
    spec: v.strictObject({ from: v.optional(number), to: v.optional(number), result }),
  }),
  v.strictObject({ kind: v.literal("Regex"), spec: v.strictObject({ pattern: text, result }) }),
  v.strictObject({ kind: v.literal("Misc"), spec: v.strictObject({ value: misc, result }) }),
]);

export type Mapping = v.InferOutput<typeof Mapping>;

/** The first mistake of a document in one line that says where: "spec.legend.position: …". */
export function mistakeIn(issue: v.BaseIssue<unknown>, at = ""): string {
  const path = v.getDotPath(issue) ?? "";
  const where = [at, path].filter((part) => part !== "").join(".") || "the whole";
  if (issue.expected === "never") return `${where}: there is no such field`;
  if (issue.type === "strict_object" && issue.received === "undefined") {
    return `${where}: it is missing`;
  }
  return `${where}: ${issue.message}`;
}
