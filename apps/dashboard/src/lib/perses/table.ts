import type { Labels, Sample } from "../series/series.ts";
import type { Format } from "./parts.ts";
import type { ColumnSettings, CellSettings } from "./plugins.ts";
import { dressed } from "./words.ts";
import type { Words } from "./words.ts";
import type { Spec } from "./plugins.ts";

type TableSpec = Spec<"Table">;

export interface Column {
  readonly name: string;
  readonly header: string;
  readonly description?: string | undefined;
  readonly isNumber: boolean;
  readonly align: "left" | "center" | "right";
  readonly format?: Format | undefined;
  readonly sort?: "asc" | "desc" | undefined;
  /** In pixels. */
  readonly width?: number | undefined;
  readonly cells: readonly CellSettings[];
}

export type Cell = number | string | undefined;

export interface TableRows {
  readonly columns: readonly Column[];
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  /** Unique in its table and the same after every refresh. */
  readonly key: string;
  /** One a column. */
  readonly cells: readonly Cell[];
}

type Row = ReadonlyMap<string, Cell>;

/** The answers to a table's questions, in their order, as the table that its template describes. */
export function tableOf(spec: TableSpec, answers: readonly (readonly Sample[])[]): TableRows {
  const byKey = joined(spec, answers);
  const rows = [...byKey.values()];
  const names = new Set(rows.flatMap((row) => [...row.keys()]));
  const columns = columnsOf(spec, [...names], rows);
  return {
    columns,
    rows: Array.from(byKey, ([key, row]) => ({
      key,
      cells: columns.map(({ name }) => row.get(name)),
    })),
  };
}

/** Transformations that change nothing here. */
export function idleTransforms({ transforms = [] }: TableSpec): string[] {
  return transforms
    .filter(({ kind }) => kind !== "JoinByColumnValue" && kind !== "MergeSeries")
    .map(({ kind }) => kind);
}

/** A row for each sample; with a join one for all samples that share its columns. */
function joined(spec: TableSpec, answers: readonly (readonly Sample[])[]): Map<string, Row> {
  const join = joinOf(spec);
  const rows = new Map<string, Map<string, Cell>>();
  answers.forEach((samples, query) => {
    const value = answers.length > 1 ? `value #${query + 1}` : "value";
    samples.forEach(({ labels, value: number }) => {
      const own = keyOf(labels, join ?? "all");
      const key = JSON.stringify(join === undefined ? [query, own] : own);
      const row = rows.get(key) ?? new Map<string, Cell>();
      for (const [label, text] of Object.entries(labels)) {
        if (label !== "__name__") row.set(label, text);
      }
      rows.set(key, row.set(value, number));
    });
  });
  return rows;
}

/** The columns by which rows are joined, "all" labels, or undefined where they are not. */
function joinOf({ transforms = [] }: TableSpec): readonly string[] | "all" | undefined {
  const found = transforms.findLast(
    (one) => (one.kind === "JoinByColumnValue" || one.kind === "MergeSeries") && !one.spec.disabled,
  );
  if (found === undefined) return undefined;
  return found.kind === "JoinByColumnValue" ? found.spec.columns : "all";
}

function keyOf(labels: Labels, join: readonly string[] | "all"): unknown {
  if (join === "all") {
    return Object.entries(labels)
      .filter(([label]) => label !== "__name__")
      .toSorted();
  }
  return join.map((label) => (Object.hasOwn(labels, label) ? labels[label] : ""));
}

/** Those that settings name, in their order, then the others unless they are hidden. */
function columnsOf(spec: TableSpec, names: readonly string[], rows: readonly Row[]): Column[] {
  const settings = spec.columnSettings ?? [];
  const listed = settings.filter(({ name }) => names.includes(name));
  const rest = names.filter((name) => !settings.some((one) => one.name === name));
  const shown: ColumnSettings[] = [
    ...listed.filter(({ hide }) => !hide),
    ...(spec.defaultColumnHidden ? [] : rest.map((name) => ({ name }))),
  ];
  return shown.map((one) => {
    const isNumber = rows.some((row) => typeof row.get(one.name) === "number");
    return {
      name: one.name,
      header: one.header ?? one.name,
      description: one.headerDescription,
      isNumber,
      align: one.align ?? (isNumber ? "right" : "left"),
      format: one.format,
      sort: one.sort,
      width: typeof one.width === "number" ? one.width : undefined,
      cells: [...(one.cellSettings ?? []), ...(spec.cellSettings ?? [])],
    };
  });
}

/** By which column rows are sorted, and whether the largest comes first. */
export interface Sorting {
  readonly name: string;
  readonly isDown: boolean;
}

/** Rows as the reader wants them, or else as the template does. */
export function sortedBy({ columns, rows }: TableRows, sorting?: Sorting): TableRows["rows"] {
  const own = columns.find(({ sort }) => sort !== undefined);
  const { name, isDown } = sorting ?? { name: own?.name, isDown: own?.sort === "desc" };
  const by = columns.findIndex((column) => column.name === name);
  if (by < 0) return rows;
  return rows.toSorted(
    (one, other) => (isDown ? -1 : 1) * compared(one.cells[by], other.cells[by]),
  );
}

function compared(one: Cell, other: Cell): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return String(one ?? "").localeCompare(String(other ?? ""), "en", { numeric: true });
}

/** What a cell's column makes of it. */
export function wordsOf({ cells }: Column, cell: Cell): Words | undefined {
  return dressed(cells, cell);
}
