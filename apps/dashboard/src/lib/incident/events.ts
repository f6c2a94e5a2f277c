import { historyOf } from "../alerts/history.ts";
import type { Signal } from "../promql/catalogue.ts";
import type { Subject } from "../rank/ratio.ts";
import { deploysIn, presence } from "../series/presence.ts";
import type { Stretch } from "../series/presence.ts";
import type { GridSeries } from "../series/series.ts";
import { lastOf } from "../time/grid.ts";
import type { Grid } from "../time/grid.ts";
import { silencesOf } from "./silences.ts";
import { spansOver } from "./spans-over.ts";

/** The signals that have a threshold. */
export type Judged = Extract<Signal, "errors" | "p95">;

/** Something that happened in a range; times are seconds since 1970. */
export type IncidentEvent = {
  /** The environment's title; undefined is the control plane. */
  readonly environment: string | undefined;
  readonly start: number;
  /** Undefined while it goes on; a deploy ends when it starts. */
  readonly end: number | undefined;
  /** Whether it began before the range. */
  readonly isEarlier: boolean;
} & (
  | { readonly kind: "alert"; readonly name: string; readonly severity: string }
  | {
      readonly kind: "threshold";
      readonly signal: Judged;
      readonly limit: number;
      readonly peak: number;
      readonly peakAt: number;
    }
  | { readonly kind: "deploy"; readonly version: string }
  | { readonly kind: "fault"; readonly fault: string }
  /** Data planes, by name as far as they are told apart, and how many more. */
  | { readonly kind: "silence"; readonly planes: readonly string[]; readonly more: number }
);

/** The series that a range is told from, by what they tell. */
export type Evidence = Readonly<
  Record<
    "alerts" | "errors" | "p95" | "versions" | "faults" | "silent" | "silentCounts",
    readonly GridSeries[]
  >
>;

/** What happened, in the order of time. */
export function eventsOf(
  evidence: Evidence,
  environments: readonly Subject[],
  grid: Grid,
): IncidentEvent[] {
  const titleOf = (name: string | undefined) =>
    name === undefined || name === ""
      ? undefined
      : (environments.find((one) => one.name === name)?.title ?? name);
  const during = ({ start, end }: Stretch) => ({
    start,
    end: end >= lastOf(grid) ? undefined : end,
    isEarlier: start <= grid.start,
  });
  const found: IncidentEvent[] = [
    ...historyOf(evidence.alerts).flatMap(({ name, severity, environment, firing }) =>
      firing.map((one) => ({
        kind: "alert" as const,
        environment: titleOf(environment),
        ...during(one),
        name,
        severity,
      })),
    ),
    ...environments.flatMap((one) => crossings(evidence, one, during)),
    ...deploysIn(evidence.versions).map(({ environment, version, at }) => ({
      kind: "deploy" as const,
      environment: titleOf(environment),
      start: at,
      end: at,
      isEarlier: false,
      version,
    })),
    ...whilePresent(evidence.faults, (labels, stretch) => ({
      kind: "fault" as const,
      environment: titleOf(labels["environment"]),
      ...during(stretch),
      fault: labels["fault_kind"] ?? "unknown",
    })),
    ...environments.flatMap((one) =>
      silencesOf(evidence, one).map(({ planes, more, ...stretch }) => ({
        kind: "silence" as const,
        environment: one.title,
        ...during(stretch),
        planes,
        more,
      })),
    ),
  ];
  return found.toSorted(byTime);
}

/** What happened before a trouble stands before it; causes before what they cause. */
const ORDER = ["deploy", "fault", "silence", "threshold", "alert"];

function byTime(one: IncidentEvent, other: IncidentEvent): number {
  return one.start - other.start || ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind);
}

function crossings(
  evidence: Evidence,
  { name, title, thresholds }: Subject,
  during: (stretch: Stretch) => Pick<IncidentEvent, "start" | "end" | "isEarlier">,
): IncidentEvent[] {
  const limits = { errors: thresholds.error_ratio, p95: thresholds.p95_seconds };
  return (["errors", "p95"] as const).flatMap((signal) =>
    evidence[signal]
      .filter(({ labels }) => labels["environment"] === name)
      .flatMap((series) => spansOver(series, limits[signal]))
      .map(({ peak, peakAt, ...stretch }) => ({
        kind: "threshold" as const,
        environment: title,
        ...during(stretch),
        signal,
        limit: limits[signal],
        peak,
        peakAt,
      })),
  );
}

function whilePresent(
  series: readonly GridSeries[],
  make: (labels: GridSeries["labels"], stretch: Stretch) => IncidentEvent,
): IncidentEvent[] {
  return series.flatMap((one) => presence(one).map((stretch) => make(one.labels, stretch)));
}
