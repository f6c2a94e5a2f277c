import type { Environment } from "../../api/configuration.ts";
import type { Search } from "../../view/search.ts";

/** What a wall shows for a while. */
export interface Stop {
  readonly to: "/" | "/metrics" | "/compare";
  readonly search: Pick<Search, "env">;
  /** How often the usual time it stays. */
  readonly weight: number;
}

/** Where something is wrong a wall stays so much longer. */
const LONGER = 2;

/**
 * The pages of a wall in their order: all environments, the metrics of each, those first that are
 * not well, and how they compare.
 */
export function stopsOf(
  environments: readonly Environment[],
  areAll: boolean,
  isWell: (environment: Environment) => boolean,
): Stop[] {
  const env = areAll ? undefined : environments.map(({ name }) => name);
  const ailing = environments.filter((one) => !isWell(one));
  const well = environments.filter((one) => isWell(one));
  const overview: Stop = { to: "/", search: { env }, weight: 1 };
  const metrics = [...ailing, ...well].map((environment): Stop => ({
    to: "/metrics",
    search: { env: [environment.name] },
    weight: isWell(environment) ? 1 : LONGER,
  }));
  const compare: Stop = { to: "/compare", search: { env }, weight: 1 };
  return environments.length > 1 ? [overview, ...metrics, compare] : [overview, ...metrics];
}

/** The stop after another one; which comes next is decided by what is wrong now. */
export function stopAfter(stops: readonly Stop[], last: Stop): Stop {
  const index = stops.findIndex(({ to, search }) => to === last.to && sameEnv(search, last.search));
  return stops[(index + 1) % stops.length] ?? last;
}

function sameEnv(one: Pick<Search, "env">, other: Pick<Search, "env">): boolean {
  return one.env?.join() === other.env?.join();
}
