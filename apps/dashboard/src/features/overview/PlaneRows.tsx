import { useRange } from "../../api/useQuestion.ts";
import type { Range } from "../../lib/time/range.ts";
import styles from "./EnvironmentTable.module.css";
import type { Scales } from "./EnvironmentTable.tsx";
import { RowCells } from "./RowCells.tsx";
import type { EnvironmentRow } from "./rows.ts";
import { signalsOf } from "./useOverview.ts";

/** So many lines are drawn; all others have their numbers. */
const DRAWN = 50;

interface Props {
  readonly row: EnvironmentRow;
  readonly scales: Scales;
  readonly range: Range;
}

/** The data planes of an environment, the worst first. */
export function PlaneRows({ row, scales, range }: Props) {
  const { environment, planes } = row;
  const dataPlanes = environment.data_planes.slice(0, DRAWN).map(({ id }) => id);
  const selection = { environments: [environment.name], dataPlanes };
  const lines = useRange(signalsOf(selection, "data_plane"), range);
  return planes.map((one) => (
    <RowCells
      key={one.plane.id}
      isInner
      line={one}
      scales={scales}
      slot={environment.slot}
      thresholds={environment.thresholds}
      series={(signal) =>
        lines.kind === "shown"
          ? lines.data[signal].series.find(({ labels }) => labels["data_plane_id"] === one.plane.id)
          : undefined
      }
      name={<span className={styles.plane}>{one.plane.id}</span>}
    />
  ));
}
