import { toCsv } from "../lib/csv.ts";
import type { Cell } from "../lib/csv.ts";

export type Rows = readonly (readonly Cell[])[];

/** Lets the browser save rows under a name; the ending is added. */
export function saveCsv(file: string, rows: Rows) {
  const address = URL.createObjectURL(new Blob([toCsv(rows)], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `${file}.csv`;
  link.click();
  // The browser reads the address after the click.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
