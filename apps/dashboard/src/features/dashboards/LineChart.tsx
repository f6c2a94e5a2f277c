import { useCallback } from "react";
import { useConfiguration } from "../../api/ConfigurationContext.ts";
import { useRange } from "../../api/useQuestion.ts";
import { ChartPanel } from "../../charts/ChartPanel.tsx";
import { shownOf } from "../../charts/hidden.ts";
import { seriesRows } from "../../charts/series-rows.ts";
import { unitOf } from "../../lib/perses/format.ts";
import { lastOf } from "../../lib/time/grid.ts";
import { QueryButton } from "../../panels/QueryButton.tsx";
import { beforeOf, usePrevious } from "../../panels/usePrevious.ts";
import { CsvButton } from "../../ui/CsvButton.tsx";
import { searchOfRange } from "../../view/selection.ts";
import { useHidden } from "../../view/useHidden.ts";
import { useChangeView, useView } from "../../view/useView.ts";
import type { BodyProps } from "./body.ts";
import { axisExtent, linesOf, thresholdsOf } from "./lines.ts";
import type { Answers, ChartPanelOf } from "./lines.ts";
import { withRemarks } from "./useAsking.ts";

/** A legend's row, and the least that lines need, in pixels. */
const LEGEND = 28;
const LOWEST = 120;

/** Lines over time. */
export function LineChart({
  panel,
  title,
  asking,
  isAsking,
  height,
}: BodyProps & { panel: ChartPanelOf }) {
  const { environments } = useConfiguration();
  const { range, zone } = useView();
  const change = useChangeView();
  const [hidden, setHidden] = useHidden(title);
  const { shortestStep, values } = asking;
  const how = { enabled: isAsking, shortestStep };
  const state = useRange<string>(asking.questions, range, how);
  const earlier = usePrevious<string>(asking.questions, how);
  const unit = unitOf(panel.spec.yAxis?.format);
  const lines = useCallback(
    (data: Answers) => linesOf(panel, data, values, environments),
    [panel, values, environments],
  );
  const draw = useCallback(
    (data: Answers) => {
      const [grid] = Object.values(data).map((one) => one.grid);
      const span = grid ? { start: grid.start, end: lastOf(grid) } : { start: 0, end: 1 };
      const { series } = lines(data);
      const before = beforeOf(earlier, (then) => lines(then).series);
      const extent = axisExtent(panel, series);
      return { series, before, span, thresholds: thresholdsOf(panel, unit), extent };
    },
    [panel, unit, lines, earlier],
  );
  const answers = state.kind === "shown" ? state.data : undefined;
  const found = answers && lines(answers);
  const cut =
    found && found.all > found.series.length
      ? `the ${found.series.length} highest of ${found.all} lines`
      : undefined;
  const note = [cut, panel.description].filter((part) => part !== undefined).join(" · ");
  return (
    <ChartPanel
      title={title}
      note={note === "" ? undefined : note}
      state={withRemarks(panel, state)}
      draw={draw}
      unit={unit}
      height={Math.max(height - LEGEND, LOWEST)}
      hidden={hidden}
      onHidden={setHidden}
      onRange={(span) => change(searchOfRange({ kind: "fixed", ...span }))}
      emptiness="Nothing of this came in this range."
      actions={
        <>
          <QueryButton panel={{ title, questions: asking.questions }} />
          {answers && (
            <CsvButton
              title={title}
              file={`sightline-${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`}
              rows={() =>
                seriesRows(
                  [
                    ["panel", title],
                    ...Object.values(asking.questions).map((one) => ["query", one] as const),
                    ["timezone", zone ?? "UTC"],
                  ],
                  shownOf(draw(answers), hidden),
                  zone,
                )
              }
            />
          )}
        </>
      }
    />
  );
}
