import { namesIn } from "./interpolate.ts";
import type { Variable } from "./variables.ts";

/** The names of the variables that a variable's own question holds. */
function needsOf(variable: Variable): string[] {
  if (variable.kind !== "list") return [];
  const { source } = variable;
  switch (source.kind) {
    case "StaticListVariable":
      return [];
    case "PrometheusLabelNamesVariable":
      return namesIn(source.matchers.join(" "));
    case "PrometheusLabelValuesVariable":
      return namesIn([source.labelName, ...source.matchers].join(" "));
    case "PrometheusPromQLVariable":
      return namesIn([source.labelName, source.expr].join(" "));
  }
}

/** For each variable that depends on itself, through which: "a", "b", "a". */
export function cyclesIn(variables: readonly Variable[]): ReadonlyMap<string, readonly string[]> {
  const needs = new Map(variables.map((one) => [one.name, needsOf(one)]));
  const found = new Map<string, readonly string[]>();
  for (const start of needs.keys()) {
    const way = wayBack(start, needs);
    if (way !== undefined) found.set(start, way);
  }
  return found;
}

/** The shortest way from a variable to itself; each one is looked at once. */
function wayBack(
  start: string,
  needs: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  const seen = new Set<string>();
  const ways = [[start]];
  for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
    for (const next of needs.get(way.at(-1) ?? "") ?? []) {
      if (next === start) return [...way, start];
      if (seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return undefined;
}

/** Variables so that each comes after those that it needs; there is no cycle among them. */
export function inOrder(variables: readonly Variable[]): Variable[] {
  const byName = new Map(variables.map((one) => [one.name, one]));
  const placed = new Map<string, Variable>();
  const place = (variable: Variable) => {
    if (placed.has(variable.name)) return;
    for (const name of needsOf(variable)) {
      const needed = byName.get(name);
      if (needed !== undefined) place(needed);
    }
    placed.set(variable.name, variable);
  };
  variables.forEach(place);
  return [...placed.values()];
}
