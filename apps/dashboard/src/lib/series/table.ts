import type { Cell } from "../csv.ts";
import type { Unit } from "../format/units.ts";
import { formatIso } from "../time/zone.ts";
import type { Zone } from "../time/zone.ts";
import type { GridSeries, Labels } from "./series.ts";

/** What a panel draws, with the question that it came from. */
export interface Drawn {
  readonly panel: string;
  /** The name of the question within its panel. */
  readonly query: string;
  readonly unit: Unit;
  readonly series: readonly GridSeries[];
}

const HEADER = ["time", "panel", "query", "series", "value", "unit"];

/** Series in long form, one row a value; gaps have no row. */
export function tableOf(panels: readonly Drawn[], zone: Zone): Cell[][] {
  const rows = panels.flatMap(({ panel, query, unit, series }) =>
    series.flatMap((one) => {
      const name = nameOf(one.labels);
      const cells: Cell[][] = [];
      one.values.forEach((value, index) => {
        if (Number.isNaN(value)) return;
        const time = formatIso(one.start + index * one.step, zone);
        cells.push([time, panel, query, name, value, unit]);
      });
      return cells;
    }),
  );
  return [HEADER, ...rows];
}

/** A series' labels as one word each: "environment=prod http_route=/api/orders". */
function nameOf(labels: Labels): string {
  return Object.entries(labels)
    .map(([label, value]) => `${label}=${value}`)
    .join(" ");
}
