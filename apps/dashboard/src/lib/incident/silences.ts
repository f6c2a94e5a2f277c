import type { Subject } from "../rank/ratio.ts";
import { presence } from "../series/presence.ts";
import type { Stretch } from "../series/presence.ts";
import type { GridSeries } from "../series/series.ts";

/** A stretch in which data planes of an environment sent nothing. */
export interface Silence extends Stretch {
  /** Those that are told by name. */
  readonly planes: readonly string[];
  /** How many more there were, at most at once. */
  readonly more: number;
}

/** Some of an environment's silent data planes by name, and how many there were. */
interface Evidence {
  readonly silent: readonly GridSeries[];
  readonly silentCounts: readonly GridSeries[];
}

/**
 * Data planes that fell silent, those of the same stretch together. Metrics may be as old as their
 * threshold; a shorter silence is none.
 */
export function silencesOf(
  { silent, silentCounts }: Evidence,
  { name, thresholds }: Subject,
): Silence[] {
  const isOwn = ({ labels }: GridSeries) => labels["environment"] === name;
  const named = silent.filter(isOwn);
  const stretches = (series: GridSeries) =>
    presence(series).filter(
      ({ start, end }) => end - start + series.step >= thresholds.freshness_seconds,
    );
  const found = named.flatMap((one) =>
    stretches(one).map((stretch) => ({ stretch, plane: one.labels["data_plane_id"] ?? "" })),
  );
  const groups = Map.groupBy(found, ({ stretch }) => keyOf(stretch));
  const silences = new Map(
    [...groups].flatMap(([key, own]) =>
      own.slice(0, 1).map(({ stretch }): [string, Silence] => {
        return [key, { ...stretch, planes: own.map(({ plane }) => plane), more: 0 }];
      }),
    ),
  );
  for (const count of silentCounts.filter(isOwn)) {
    const hidden = beyond(count, named);
    for (const stretch of stretches(hidden)) {
      const key = keyOf(stretch);
      const planes = silences.get(key)?.planes ?? [];
      silences.set(key, { ...stretch, planes, more: largestIn(hidden, stretch) });
    }
  }
  return [...silences.values()];
}

function keyOf({ start, end }: Stretch): string {
  return `${start} ${end}`;
}

/** A count without those that are named; a gap where that leaves none. */
function beyond(count: GridSeries, named: readonly GridSeries[]): GridSeries {
  const values = count.values.map((all, index) => {
    const told = named.filter(({ values: own }) => !Number.isNaN(own[index] ?? Number.NaN)).length;
    return all > told ? all - told : Number.NaN;
  });
  return { ...count, values };
}

function largestIn({ start, step, values }: GridSeries, stretch: Stretch): number {
  const first = Math.round((stretch.start - start) / step);
  const last = Math.round((stretch.end - start) / step);
  return values.subarray(first, last + 1).reduce((most, value) => (value > most ? value : most), 0);
}
