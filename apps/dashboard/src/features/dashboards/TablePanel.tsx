import { useState } from "react";
import { useConfiguration } from "../../api/ConfigurationContext.ts";
import { useInstant } from "../../api/useQuestion.ts";
import { NO_VALUE, formatIn, scaleForAll } from "../../lib/format/units.ts";
import type { Scale } from "../../lib/format/units.ts";
import type { DrawnPanel } from "../../lib/perses/board.ts";
import { unitOf } from "../../lib/perses/format.ts";
import { MOST_ROWS } from "../../lib/perses/limits.ts";
import { questionName } from "../../lib/perses/questions.ts";
import { sortedBy, tableOf, wordsOf } from "../../lib/perses/table.ts";
import type { Cell, Column, Sorting, TableRows } from "../../lib/perses/table.ts";
import { QueryButton } from "../../panels/QueryButton.tsx";
import { EnvironmentName } from "../../ui/EnvironmentName.tsx";
import { PanelFrame } from "../../ui/PanelFrame.tsx";
import { ScrollTable } from "../../ui/ScrollTable.tsx";
import type { BodyProps } from "./body.ts";
import styles from "./TablePanel.module.css";
import { withRemarks } from "./useAsking.ts";

type TablePanelOf = Extract<DrawnPanel, { kind: "Table" | "TimeSeriesTable" }>;

/** The newest values as rows and columns; a click on a header sorts by it. */
export function TablePanel({
  panel,
  title,
  asking,
  isAsking,
  height,
}: BodyProps & { panel: TablePanelOf }) {
  const { questions } = asking;
  const state = useInstant<string>(questions, { enabled: isAsking });
  const spec = panel.kind === "Table" ? panel.spec : {};
  const data = state.kind === "shown" ? state.data : undefined;
  const answers = panel.queries.map((_, query) => data?.[questionName(query)]?.samples ?? []);
  const table = tableOf(spec, answers);
  const cut =
    table.rows.length > MOST_ROWS ? `${MOST_ROWS} of ${table.rows.length} rows` : undefined;
  const note = [cut, panel.description].filter((part) => part !== undefined).join(" · ");
  return (
    <PanelFrame
      hasTools
      title={title}
      unit={note === "" ? undefined : note}
      state={withRemarks(panel, state)}
      height={height}
      emptiness={() => (table.rows.length === 0 ? "Nothing of this came." : undefined)}
      actions={<QueryButton panel={{ title, questions: asking.questions }} />}
    >
      {() => <Rows title={title} table={table} height={height} />}
    </PanelFrame>
  );
}

function Rows({ title, table, height }: { title: string; table: TableRows; height: number }) {
  const [sorting, setSorting] = useState<Sorting>();
  const { columns } = table;
  const rows = sortedBy(table, sorting).slice(0, MOST_ROWS);
  const scales = columns.map(({ format }, index) =>
    scaleForAll(
      unitOf(format),
      table.rows.map(({ cells }) => cells[index]).filter((cell) => typeof cell === "number"),
    ),
  );
  const sortBy = (name: string) =>
    setSorting({ name, isDown: sorting?.name === name ? !sorting.isDown : true });
  return (
    <ScrollTable label={`${title}: table`} className={styles.table} maxHeight={height}>
      <thead>
        <tr>
          {columns.map((column, index) => (
            <th
              key={column.name}
              scope="col"
              data-align={column.align}
              style={column.width === undefined ? undefined : { width: column.width }}
              aria-sort={ariaSort(column, sorting)}
            >
              <button type="button" title={column.description} onClick={() => sortBy(column.name)}>
                {column.header}
                {scales[index]?.suffix && column.isNumber && <small> {scales[index].suffix}</small>}
              </button>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, cells }) => (
          <tr key={key}>
            {columns.map((column, index) => (
              <td key={column.name} data-align={column.align} className="number">
                <Value column={column} cell={cells[index]} scale={scales[index]} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </ScrollTable>
  );
}

function ariaSort({ name, sort }: Column, sorting: Sorting | undefined) {
  if (sorting !== undefined && sorting.name !== name) return undefined;
  const isDown = sorting?.isDown ?? (sort === undefined ? undefined : sort === "desc");
  if (isDown === undefined) return undefined;
  return isDown ? "descending" : "ascending";
}

interface ValueProps {
  readonly column: Column;
  readonly cell: Cell;
  readonly scale: Scale | undefined;
}

function Value({ column, cell, scale }: ValueProps) {
  const { environments } = useConfiguration();
  const words = wordsOf(column, cell);
  const environment =
    column.name === "environment" ? environments.find(({ name }) => name === cell) : undefined;
  if (environment !== undefined && words === undefined) {
    return <EnvironmentName environment={environment} />;
  }
  const plain = typeof cell === "number" && scale ? formatIn(scale, cell) : (cell ?? NO_VALUE);
  return (
    <span className={styles.value} data-tone={words?.tone}>
      {words?.prefix}
      {words?.text ?? plain}
      {words?.suffix}
    </span>
  );
}
