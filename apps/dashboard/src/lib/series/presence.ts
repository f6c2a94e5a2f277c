import type { GridSeries } from "./series.ts";

/** A stretch of time, in seconds since 1970. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** The stretches in which a series has values; single gaps belong to them. */
export function presence(series: GridSeries): Stretch[] {
  const stretches: Stretch[] = [];
  let start: number | undefined;
  let end = 0;
  series.values.forEach((value, index) => {
    if (Number.isNaN(value)) return;
    const time = series.start + index * series.step;
    if (start !== undefined && time - end > 2 * series.step) {
      stretches.push({ start, end });
      start = undefined;
    }
    start ??= time;
    end = time;
  });
  if (start !== undefined) stretches.push({ start, end });
  return stretches;
}

/** A version that followed another one of its environment; `at` is in seconds since 1970. */
export interface Deploy {
  readonly environment: string;
  readonly version: string;
  readonly at: number;
}

/** Where a version follows another one of its environment, by their series. */
export function deploysIn(series: readonly GridSeries[]): Deploy[] {
  const stays = series.flatMap((one) =>
    presence(one).map(({ start, end }) => ({
      environment: one.labels["environment"] ?? "",
      version: one.labels["service_version"] ?? "",
      start,
      end,
    })),
  );
  return stays.flatMap(({ environment, version, start }) => {
    const before = stays
      .filter((other) => other.environment === environment && other.start < start)
      .toSorted((a, b) => Math.min(b.end, start) - Math.min(a.end, start))[0];
    // The first version in sight is no deploy, nor is one that comes back after an outage.
    if (before === undefined || before.version === version) return [];
    return [{ environment, version, at: start }];
  });
}
