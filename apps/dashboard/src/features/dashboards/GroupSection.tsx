import { useId, useMemo, useState } from "react";
import type { CSSProperties } from "react";
import type { Board, Group } from "../../lib/perses/board.ts";
import { arranged } from "../../lib/perses/grid.ts";
import type { Standings } from "../../lib/perses/resolve.ts";
import { BoardPanel } from "./BoardPanel.tsx";
import styles from "./GroupSection.module.css";

interface Props {
  readonly group: Group;
  readonly title: string;
  readonly board: Board;
  readonly standings: Standings;
}

/** Panels on their grid, below their title; what is folded is not there and asks nothing. */
export function GroupSection({ group, title, board, standings }: Props) {
  const heading = useId();
  const [isOpen, setOpen] = useState(group.isOpen);
  const items = useMemo(() => arranged(group.items), [group]);
  return (
    <section aria-labelledby={title === "" ? undefined : heading}>
      {title !== "" && (
        <h2 id={heading} className={styles.heading}>
          {group.isFolding ? (
            <button
              type="button"
              className={styles.fold}
              aria-expanded={isOpen}
              onClick={() => setOpen(!isOpen)}
            >
              {title}
            </button>
          ) : (
            title
          )}
        </h2>
      )}
      {(isOpen || !group.isFolding) && (
        <div className={styles.grid}>
          {items.map(({ panel, x, y, width, height }) => (
            <div
              key={`${x} ${y}`}
              className={styles.item}
              style={
                {
                  "--column": `${x + 1} / span ${width}`,
                  "--row": `${y + 1} / span ${height}`,
                } as CSSProperties
              }
            >
              <BoardPanel panel={panel} rows={height} board={board} standings={standings} />
            </div>
          ))}
        </div>
      )}
    </section>
  );
}
