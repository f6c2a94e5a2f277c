import * as v from "valibot";
import { FailureError } from "./failure.ts";
import { getJson } from "./http.ts";

const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const name = v.pipe(v.string(), v.minLength(1));

const DataPlane = v.object({ id: name, host: v.string() });

const Environment = v.object({
  name,
  /** The place in the palette; it stays the same when other environments come and go. */
  slot: v.pipe(v.number(), v.integer(), v.minValue(1)),
  title: name,
  data_planes: v.array(DataPlane),
  thresholds: v.object({
    error_ratio: positive,
    p95_seconds: positive,
    freshness_seconds: positive,
  }),
});

const Configuration = v.object({
  version: v.string(),
  query: v.picklist(["thanos", "prometheus"]),
  refresh_seconds: v.picklist([10, 30, 60]),
  scrape_interval_seconds: positive,
  links: v.array(v.object({ name, url: v.pipe(v.string(), v.url(), v.regex(/^https?:/)) })),
  environments: v.array(Environment),
});

export type Configuration = v.InferOutput<typeof Configuration>;
export type Environment = v.InferOutput<typeof Environment>;
export type DataPlane = v.InferOutput<typeof DataPlane>;

/** Checks what was loaded. Throws FailureError naming the place that is wrong. */
export function readConfiguration(body: unknown): Configuration {
  const result = v.safeParse(Configuration, body);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const where = v.getDotPath(issue) ?? "the whole";
  throw new FailureError({ kind: "malformed", detail: `config.json, ${where}: ${issue.message}` });
}

/** What the dashboard shows, and how far this machine's clock is behind the server's. */
export interface Loaded {
  readonly configuration: Configuration;
  /** Milliseconds to add to this machine's clock. */
  readonly skew: number;
}

/** A Date header has whole seconds and takes its time: less than this is no difference. */
const TOLERANCE = 2000;

/** Loads the configuration. Throws FailureError. */
export async function loadConfiguration(signal: AbortSignal): Promise<Loaded> {
  const { status, body, servedAt } = await getJson("/config.json", signal);
  if (status !== 200) throw new FailureError({ kind: "http", status, message: "" });
  const skew = servedAt === undefined ? 0 : servedAt - Date.now();
  return { configuration: readConfiguration(body), skew: Math.abs(skew) > TOLERANCE ? skew : 0 };
}
