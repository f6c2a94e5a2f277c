import { IconPuzzleOff } from "@tabler/icons-react";
import type { Board, DrawnPanel, Panel } from "../../lib/perses/board.ts";
import { pixelsOf } from "../../lib/perses/grid.ts";
import type { Standings } from "../../lib/perses/resolve.ts";
import { fillText } from "../../lib/perses/interpolate.ts";
import { useOnScreen } from "../../ui/useOnScreen.ts";
import styles from "./BoardPanel.module.css";
import { LineChart } from "./LineChart.tsx";
import { MarkdownPanel } from "./MarkdownPanel.tsx";
import { NumberPanel } from "./NumberPanel.tsx";
import { TablePanel } from "./TablePanel.tsx";
import { useAsking } from "./useAsking.ts";
import type { BodyProps } from "./body.ts";

interface Props {
  readonly panel: Panel;
  /** Rows of the grid that it has. */
  readonly rows: number;
  readonly board: Board;
  readonly standings: Standings;
}

/** A panel's title and the room around its content, in pixels. */
const FRAME = 40 + 12 + 2;

/** One panel of a board, of whatever kind; it asks while it can be seen. */
export function BoardPanel({ panel, rows, board, standings }: Props) {
  const height = pixelsOf(rows) - FRAME;
  if (panel.kind === "lost") {
    return <LostPanel title={fillText(panel.title, standings.values)} reason={panel.reason} />;
  }
  return <Asked {...{ panel, height, board, standings }} />;
}

interface AskedProps extends Omit<Props, "panel" | "rows"> {
  readonly panel: DrawnPanel;
  readonly height: number;
}

function Asked({ panel, height, board, standings }: AskedProps) {
  const [element, isOnScreen] = useOnScreen<HTMLDivElement>();
  const asking = useAsking(panel, board, standings);
  const title = fillText(panel.title, asking.values);
  if (asking.lack !== undefined) return <LostPanel title={title} reason={asking.lack} />;
  const isAsking = isOnScreen && Object.keys(asking.questions).length > 0;
  return (
    <div ref={element}>
      <Body panel={panel} body={{ title, asking, isAsking, height }} />
    </div>
  );
}

function Body({ panel, body }: { panel: DrawnPanel; body: BodyProps }) {
  switch (panel.kind) {
    case "TimeSeriesChart":
      return <LineChart panel={panel} {...body} />;
    case "StatChart":
    case "GaugeChart":
      return <NumberPanel panel={panel} {...body} />;
    case "Table":
    case "TimeSeriesTable":
      return <TablePanel panel={panel} {...body} />;
    case "Markdown":
      return <MarkdownPanel panel={panel} {...body} />;
  }
}

/** Stands in the place of a panel that is not drawn, and says why. */
function LostPanel({ title, reason }: { title: string; reason: string }) {
  return (
    <section className={styles.lost} aria-label={title}>
      <IconPuzzleOff size={20} aria-hidden />
      <h2 className={styles.title}>{title}</h2>
      <p className={styles.reason}>{reason}</p>
    </section>
  );
}
