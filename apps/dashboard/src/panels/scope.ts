import type { DataPlane, Environment } from "../api/configuration.ts";
import { counted, listed } from "../lib/format/words.ts";
import type { Quantile, Selection } from "../lib/promql/catalogue.ts";
import { lengthOf } from "../lib/time/range.ts";
import type { View } from "../view/selection.ts";

/** Whose metrics the page shows, and how closely. */
export interface Scope {
  readonly environments: readonly Environment[];
  /** The one environment that is looked at; undefined where several are. */
  readonly only: Environment | undefined;
  /** The one data plane that is looked at: the chosen one, or all that an environment has. */
  readonly plane: DataPlane | undefined;
  /** Whether raw series are asked for: they are fresher, and affordable for one data plane. */
  readonly isRaw: boolean;
  /** Which latency stands for an environment beside others. */
  readonly quantile: Quantile;
}

/** A chart asks for so many lines at most. */
const MOST = 50;
const LONGEST_RAW_SECONDS = 3600;

export function scopeOf(view: View): Scope {
  const environments = view.environments.slice(0, MOST);
  const only = environments.length === 1 ? environments[0] : undefined;
  const plane = view.plane ?? (only?.data_planes.length === 1 ? only.data_planes[0] : undefined);
  return {
    environments,
    only,
    plane,
    isRaw: plane !== undefined && lengthOf(view.range) <= LONGEST_RAW_SECONDS,
    quantile: view.quantile,
  };
}

/** The scope as the catalogue of expressions takes it. */
export function selectionOf({ environments, plane }: Scope): Selection {
  const names = environments.map(({ name }) => name);
  return { environments: names, ...(plane && { dataPlanes: [plane.id] }) };
}

/** More names than this are no title. */
const MOST_NAMED = 4;

/** What a scope is called within a sentence. */
export function titleOf(scope: Scope, { environments, areAll }: View): string {
  if (areAll && !scope.only) return `all ${environments.length} environments`;
  if (environments.length > MOST_NAMED) return counted(environments.length, "environment");
  return listed(environments.map((environment) => nameOf(environment, scope)));
}

/** What an environment is called; where one of its data planes is looked at, that one's name. */
export function nameOf({ title, data_planes }: Environment, { plane }: Scope): string {
  return plane && data_planes.length > 1 ? plane.id : title;
}
