import type { Environment } from "../../api/configuration.ts";
import type { RangeAnswer } from "../../api/prometheus.ts";
import { seriesRows } from "../../charts/series-rows.ts";
import type { ChartSeries } from "../../charts/types.ts";
import type { Cell } from "../../lib/csv.ts";
import type { Unit } from "../../lib/format/units.ts";
import type { Zone } from "../../lib/time/zone.ts";
import { aboutAnswers } from "../../panels/csv.ts";

interface Compared {
  readonly title: string;
  readonly unit: Unit;
  readonly base: Environment;
  readonly answer: RangeAnswer;
  readonly series: readonly ChartSeries[];
  readonly zone: Zone;
}

/** A comparison's lines as they are drawn, below what they are. */
export function comparisonRows({ title, unit, base, answer, series, zone }: Compared): Cell[][] {
  return seriesRows(
    [
      ["panel", title],
      ["baseline", base.name],
      ["unit", unit],
      ["query", answer.expression],
      ...aboutAnswers([{ answer }], zone),
    ],
    series,
    zone,
  );
}
