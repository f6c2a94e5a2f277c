import type { PlaneFacts } from "./facts.ts";

/** The stations of a measurement, in the order of its way. */
export const STAGES = ["api", "collector", "prometheus", "query", "browser"] as const;

export type Stage = (typeof STAGES)[number];

/** What each stage is called, and what counts as a proof that it works. */
export const WORDS: Readonly<Record<Stage, { readonly name: string; readonly proof: string }>> = {
  api: { name: "API", proof: "when its metrics last reached the collector" },
  collector: { name: "Collector", proof: "when all its targets last answered a scrape" },
  prometheus: { name: "Prometheus", proof: "when it was last scraped, answered or not" },
  query: { name: "Query", proof: "when the newest metrics of its API were recorded" },
  browser: { name: "Browser", proof: "when this page last got an answer" },
};

/** Only a fresh proof is good news. */
export type Freshness = "fresh" | "late" | "unknown";

export interface Rung {
  readonly stage: Stage;
  readonly freshness: Freshness;
  /** When the stage last proved itself, in seconds since 1970. */
  readonly at: number | undefined;
  /** What is said where there is no such moment. */
  readonly words: string;
}

/** How far a data plane's measurements come, stage by stage. `answeredAt` is this page's own. */
export function ladderOf(
  facts: PlaneFacts,
  pageAnsweredAt: number,
  now: number,
  limit: number,
): Rung[] {
  const times: Readonly<Record<Stage, PlaneFacts["sentAt"]>> = {
    api: facts.sentAt,
    collector: facts.answeredAt,
    prometheus: facts.scrapedAt,
    query: facts.metricsAt,
    browser: pageAnsweredAt,
  };
  return STAGES.map((stage) => {
    const at = times[stage];
    if (at === "uninstrumented") return bare(stage, "unknown", "not instrumented");
    if (at === undefined) return bare(stage, "unknown", "not known");
    if (at === null) return bare(stage, "late", stage === "api" ? "over 5 min" : "none in a day");
    return { stage, freshness: now - at <= limit ? "fresh" : "late", at, words: "" };
  });
}

function bare(stage: Stage, freshness: Freshness, words: string): Rung {
  return { stage, freshness, at: undefined, words };
}
