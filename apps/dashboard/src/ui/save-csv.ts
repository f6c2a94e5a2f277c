import { toCsv } from "../lib/csv.ts";
import type { Cell } from "../lib/csv.ts";
import { saveFile } from "./save-file.ts";

export type Rows = readonly (readonly Cell[])[];

/** Lets the browser save rows under a name; the ending is added. */
export function saveCsv(file: string, rows: Rows) {
  saveFile(`${file}.csv`, new Blob([toCsv(rows)], { type: "text/csv" }));
}
