import type { Cell } from "../csv.ts";
import type { Unit } from "../format/units.ts";
import type { GridSeries, Labels } from "./series.ts";

/** What a panel draws, with the question that it came from. */
export interface Drawn {
  readonly panel: string;
  readonly expression: string;
  readonly unit: Unit;
  readonly series: readonly GridSeries[];
}

const HEADER = ["time", "panel", "series", "value", "unit", "expression"];

/** Series in long form, one row a value, times in UTC; gaps have no row. */
export function tableOf(panels: readonly Drawn[]): Cell[][] {
  const rows = panels.flatMap(({ panel, expression, unit, series }) =>
    series.flatMap((one) => {
      const name = nameOf(one.labels);
      const cells: Cell[][] = [];
      one.values.forEach((value, index) => {
        if (Number.isNaN(value)) return;
        const time = isoOf(one.start + index * one.step);
        cells.push([time, panel, name, value, unit, expression]);
      });
      return cells;
    }),
  );
  return [HEADER, ...rows];
}

/** A series' labels as one word each: "environment=prod http_route=/api/orders". */
export function nameOf(labels: Labels): string {
  return Object.entries(labels)
    .map(([label, value]) => `${label}=${value}`)
    .join(" ");
}

function isoOf(seconds: number): string {
  // oxlint-disable-next-line no-restricted-globals -- it writes a time and reads no clock
  return new Date(seconds * 1000).toISOString();
}
