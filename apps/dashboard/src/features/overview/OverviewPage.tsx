import { useNow } from "../../clock/ClockContext.ts";
import { formatMoment } from "../../lib/format/moment.ts";
import type { Range } from "../../lib/time/range.ts";
import { Headline } from "../../ui/Headline.tsx";
import { PanelFrame } from "../../ui/PanelFrame.tsx";
import { useView } from "../../view/useView.ts";
import { EnvironmentTable } from "./EnvironmentTable.tsx";
import { sentencesOf } from "./sentence.ts";
import { useOverview } from "./useOverview.ts";

/** As in the style sheet; the place is kept while the rows are awaited. */
const ROW_HEIGHT = 42;
const HEADER_HEIGHT = 28;

/** Which environment hurts, since when, and how it differs from the others. */
export function OverviewPage() {
  const view = useView();
  const { state, line, since } = useOverview(view);
  const now = useNow();
  return (
    <>
      <Headline
        state={state}
        loading="Looking at the environments…"
        say={(rows) => sentencesOf(rows, now, since)}
      />
      <PanelFrame
        title="Environments"
        unit={`lines show ${spanOf(view.range)}, dotted at the threshold`}
        state={state}
        height={view.environments.length * ROW_HEIGHT + HEADER_HEIGHT}
        emptiness={(rows) => (rows.length === 0 ? "No environment is configured." : undefined)}
      >
        {(rows) => <EnvironmentTable rows={rows} line={line} range={view.range} />}
      </PanelFrame>
    </>
  );
}

function spanOf(range: Range): string {
  if (range.kind === "recent") return `the last ${range.name}`;
  return `${formatMoment(range.start)} to ${formatMoment(range.end)}`;
}
