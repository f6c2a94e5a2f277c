import { memo, useCallback, useMemo, useState } from "react";
import type { Environment } from "../../api/configuration.ts";
import type { RangeAnswer } from "../../api/prometheus.ts";
import { useRange } from "../../api/useQuestion.ts";
import { counted } from "../../lib/format/words.ts";
import { occurs } from "../../lib/occurs.ts";
import type { Range } from "../../lib/time/range.ts";
import { SearchField } from "../../ui/SearchField.tsx";
import { useRowsOnScreen } from "../../ui/useRowsOnScreen.ts";
import type { RowPlace } from "../../ui/useRowsOnScreen.ts";
import styles from "./EnvironmentTable.module.css";
import type { Scales } from "./EnvironmentTable.tsx";
import { RowCells } from "./RowCells.tsx";
import type { EnvironmentRow, PlaneRow } from "./rows.ts";
import { signalsOf } from "./useOverview.ts";
import type { ShownSignal } from "./useOverview.ts";

/** As the style sheet makes them. */
const ROW_HEIGHTS = { wide: 42, narrow: 133 };
/** So many rows ask for their lines together; who looks for one among fewer sees it. */
const TOGETHER = 25;

/** How many lines of the table the search takes: one where there are many to be searched. */
export function searchLines(planes: number): number {
  return planes > TOGETHER ? 1 : 0;
}

interface Props {
  readonly row: EnvironmentRow;
  readonly scales: Scales;
  readonly range: Range;
  /** Which line of the table the first of them is. */
  readonly line: number;
}

/** The data planes of an environment, the worst first; many can be searched. */
export function PlaneRows({ row, scales, range, line }: Props) {
  const [find, setFind] = useState("");
  const { environment, planes } = row;
  const shown = useMemo(() => matching(planes, find), [planes, find]);
  const { list, rows, after, measure, isScrolling, unprinted } = useRowsOnScreen({
    count: shown.length,
    heights: ROW_HEIGHTS,
    keyOf: useCallback((index: number) => shown[index]?.plane.id ?? "", [shown]),
  });
  const blocks = Map.groupBy(rows, ({ index }) => Math.floor(index / TOGETHER));
  return (
    <>
      {searchLines(planes.length) > 0 && (
        <div role="row" aria-rowindex={line} className={styles.search}>
          <div role="cell">
            <SearchField
              label={`Find a data plane of ${environment.title}`}
              text={find}
              onText={setFind}
              found={{ count: shown.length, of: planes.length, noun: "data plane" }}
            />
          </div>
        </div>
      )}
      <div ref={list} className={styles.list} style={{ paddingBottom: after }}>
        {[...blocks].map(([block, places]) => (
          <Block
            key={block}
            {...{ row, scales, range, places, measure, isScrolling }}
            line={line + searchLines(planes.length)}
            shown={shown}
            first={block * TOGETHER}
          />
        ))}
      </div>
      {unprinted > 0 && (
        <p className={styles.rest}>
          And {counted(unprinted, "more data plane")} of {environment.title}, all of them no worse.
        </p>
      )}
    </>
  );
}

function matching(planes: readonly PlaneRow[], find: string): readonly PlaneRow[] {
  if (find.trim() === "") return planes;
  return planes.filter(({ plane: { id, host }, reasons, health }) =>
    occurs(find, id, host, health, ...reasons.map(({ text }) => text)),
  );
}

interface BlockProps extends Props {
  readonly shown: readonly PlaneRow[];
  /** Of the block. */
  readonly first: number;
  readonly places: readonly RowPlace[];
  readonly measure: (row: HTMLElement | null) => void;
  readonly isScrolling: boolean;
}

/** Rows that ask for their lines together, once they stay on the screen. */
function Block(props: BlockProps) {
  const { row, scales, range, line, shown, first, places, measure, isScrolling } = props;
  const { environment } = row;
  const own = shown.slice(first, first + TOGETHER).map(({ plane }) => plane.id);
  const selection = { environments: [environment.name], dataPlanes: own.toSorted() };
  const state = useRange(signalsOf(selection, "data_plane"), range, { enabled: !isScrolling });
  const lines = state.kind === "shown" ? state.data : undefined;
  return places.map(({ index, gap }) => {
    const one = shown[index];
    if (one === undefined) return null;
    return (
      <Line
        key={one.plane.id}
        {...{ one, environment, scales, lines, index, gap, measure }}
        line={line + index}
      />
    );
  });
}

interface LineProps {
  readonly one: PlaneRow;
  readonly environment: Environment;
  readonly scales: Scales;
  readonly lines: Readonly<Record<ShownSignal, RangeAnswer>> | undefined;
  readonly index: number;
  readonly gap: number;
  readonly line: number;
  readonly measure: (row: HTMLElement | null) => void;
}

/** A row that is drawn anew only when it changes, not when the list is scrolled. */
const Line = memo(function Line(props: LineProps) {
  const { one, environment, scales, lines, index, gap, line, measure } = props;
  const { id } = one.plane;
  return (
    <RowCells
      index={line}
      place={{ index, gap, measure }}
      line={one}
      scales={scales}
      slot={environment.slot}
      thresholds={environment.thresholds}
      series={(signal) =>
        lines?.[signal].series.find(({ labels }) => labels["data_plane_id"] === id)
      }
      name={<span className={styles.plane}>{id}</span>}
    />
  );
});
