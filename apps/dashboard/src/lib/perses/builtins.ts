import { lastOf } from "../time/grid.ts";
import type { Grid } from "../time/grid.ts";
import { fillText } from "./interpolate.ts";
import type { Value, Values } from "./interpolate.ts";

/** What every question may use beside a board's own variables; times of the grid in seconds. */
export function builtinsOf(
  grid: Grid,
  shortestStep: number,
  { name, project = "" }: { readonly name: string; readonly project?: string | undefined },
): Values {
  const { start, step } = grid;
  const range = lastOf(grid) - start;
  return new Map(
    Object.entries({
      __interval: durationOf(step),
      __interval_ms: String(step * 1000),
      __rate_interval: durationOf(Math.max(step + shortestStep, 4 * shortestStep)),
      __range: durationOf(range),
      __range_s: String(range),
      __range_ms: String(range * 1000),
      __from: String(start * 1000),
      __to: String(lastOf(grid) * 1000),
      __dashboard: name,
      __project: project,
    }).map(([key, text]): [string, Value] => [
      key,
      { texts: [text], isList: false, origin: "template" },
    ]),
  );
}

const PARTS = { y: 31_536_000, w: 604_800, d: 86_400, h: 3600, m: 60, s: 1, ms: 0.001 } as const;

/** Seconds as a duration of Prometheus: 5400 is "1h30m". */
export function durationOf(seconds: number): string {
  const milliseconds = Math.max(Math.round(seconds * 1000), 1);
  let rest = milliseconds;
  let text = "";
  for (const [name, length] of Object.entries({ d: PARTS.d, h: PARTS.h, m: PARTS.m, s: PARTS.s })) {
    const whole = Math.floor(rest / (length * 1000));
    if (whole > 0) text += `${whole}${name}`;
    rest -= whole * length * 1000;
  }
  return rest > 0 ? `${text}${rest}ms` : text;
}

/** A duration of Prometheus in seconds; undefined for any other text. */
export function secondsOf(duration: string): number | undefined {
  if (!/^(?:\d+(?:ms|[ywdhms]))+$/.test(duration)) return undefined;
  const parts = duration.matchAll(/(\d+)(ms|[ywdhms])/g);
  return Array.from(
    parts,
    ([, number, unit]) => Number(number) * PARTS[unit as keyof typeof PARTS],
  ).reduce((sum, one) => sum + one, 0);
}

/** The shortest step, in seconds, that a panel's questions allow; a chart has one for all. */
export function shortestStepOf(
  queries: readonly { readonly minStep?: string | undefined }[],
  values: Values,
  scrapeInterval: number,
): number {
  const steps = queries.map(({ minStep }) => secondsOf(fillText(minStep ?? "", values)) ?? 0);
  return Math.max(scrapeInterval, ...steps);
}
