import type { Configuration, Environment } from "../../api/configuration.ts";
import { worstFirst } from "../../lib/health/health.ts";
import type { Thresholds } from "../../lib/health/health.ts";
import { occurs } from "../../lib/occurs.ts";
import { diagnose } from "./diagnosis.ts";
import type { Diagnosis, Surroundings } from "./diagnosis.ts";
import type { PlaneFacts } from "./facts.ts";
import { ladderOf } from "./ladder.ts";
import type { Rung } from "./ladder.ts";

export interface PlaneRow extends Diagnosis {
  readonly facts: PlaneFacts;
  /** Undefined for an environment that the configuration does not have. */
  readonly environment: Environment | undefined;
  readonly ladder: readonly Rung[];
}

/** What holds for environments that nobody configured: late is what missed three scrapes. */
function thresholdsOf(
  environment: Environment | undefined,
  { scrape_interval_seconds }: Configuration,
): Thresholds {
  const freshness_seconds = 3 * scrape_interval_seconds;
  return (
    environment?.thresholds ?? { error_ratio: Infinity, p95_seconds: Infinity, freshness_seconds }
  );
}

/** One row per data plane, the worst first. `answeredAt` is when this page was answered. */
export function rowsOf(
  all: readonly PlaneFacts[],
  configuration: Configuration,
  around: Surroundings,
  answeredAt: number,
): PlaneRow[] {
  const environments = new Map(configuration.environments.map((one) => [one.name, one]));
  const rows = all.map((facts): PlaneRow => {
    const environment = environments.get(facts.environment);
    const thresholds = thresholdsOf(environment, configuration);
    return {
      facts,
      environment,
      ladder: ladderOf(facts, answeredAt, around.now, thresholds.freshness_seconds),
      ...diagnose(facts, thresholds, around),
    };
  });
  return worstFirst(rows);
}

/** Rows in whose names or words all words of a text occur. */
export function matching(rows: readonly PlaneRow[], text: string): readonly PlaneRow[] {
  if (text.trim() === "") return rows;
  return rows.filter(({ facts, environment, text: sentence, health }) => {
    const instances = facts.targets.map(({ instance }) => instance);
    const names = [facts.id, facts.environment, environment?.title, facts.host, ...instances];
    return occurs(text, ...names, sentence, health);
  });
}

/** What a row is told apart by. */
export function keyOf({ facts }: PlaneRow): string {
  return `${facts.environment}/${facts.id}`;
}
