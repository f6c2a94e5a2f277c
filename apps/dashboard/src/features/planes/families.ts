import { listed } from "../../lib/format/words.ts";
import { FAMILY_NAMES } from "../../lib/promql/chain.ts";
import type { Family } from "../../lib/promql/chain.ts";

interface FamilyWords {
  readonly name: string;
  /** What the family tells. */
  readonly of: string;
  /** Whether it is there from the API's start on; the others begin with the first request. */
  readonly isSteady: boolean;
}

export const FAMILY_WORDS: Readonly<Record<Family, FamilyWords>> = {
  requests: { name: "requests", of: "how many requests, with which status", isSteady: false },
  latency: { name: "latency", of: "how long requests take", isSteady: false },
  active: { name: "active requests", of: "how many are being served", isSteady: true },
  sizes: { name: "sizes", of: "how large answers are", isSteady: false },
  business: { name: "business", of: "orders and payments", isSteady: true },
  cache: { name: "cache", of: "hits and misses", isSteady: true },
  breakers: { name: "breakers", of: "state of each circuit breaker", isSteady: true },
  host: { name: "host", of: "processor, memory, disks of its machine", isSteady: true },
};

export interface Missing {
  /** Families that a healthy data plane always has. */
  readonly steady: readonly Family[];
  /** Families that begin with the first request. */
  readonly unused: readonly Family[];
}

export function missingOf(families: ReadonlyMap<Family, number>): Missing {
  const missing = FAMILY_NAMES.filter((family) => !families.has(family));
  return {
    steady: missing.filter((family) => FAMILY_WORDS[family].isSteady),
    unused: missing.filter((family) => !FAMILY_WORDS[family].isSteady),
  };
}

/** What is missing, as a sentence says it. */
export function namesOf(families: readonly Family[]): string {
  return listed(families.map((family) => FAMILY_WORDS[family].name));
}
