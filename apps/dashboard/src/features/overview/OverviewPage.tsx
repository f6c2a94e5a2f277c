import { Link } from "@tanstack/react-router";
import { useNow } from "../../clock/ClockContext.ts";
import { formatMoment } from "../../lib/format/moment.ts";
import { Headline } from "../../ui/Headline.tsx";
import { PanelFrame } from "../../ui/PanelFrame.tsx";
import type { View } from "../../view/selection.ts";
import { useView } from "../../view/useView.ts";
import { DiffersMost } from "./DiffersMost.tsx";
import { EnvironmentTable } from "./EnvironmentTable.tsx";
import { GoldenSignals } from "./GoldenSignals.tsx";
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
  const isWrong =
    state.kind === "shown" &&
    state.data.some(({ health, alerts }) => health !== "ok" || alerts > 0);
  return (
    <>
      <Headline
        state={state}
        loading="Looking at the environments…"
        say={(rows) => sentencesOf(rows, now, since)}
        aside={isWrong && <SummaryLink />}
      />
      <PanelFrame
        title="Environments"
        unit={`lines show ${spanOf(view)}, dotted at the threshold`}
        state={state}
        height={view.environments.length * ROW_HEIGHT + HEADER_HEIGHT}
        emptiness={(rows) => (rows.length === 0 ? "No environment is configured." : undefined)}
      >
        {(rows) => <EnvironmentTable rows={rows} line={line} range={view.range} />}
      </PanelFrame>
      <DiffersMost view={view} />
      {view.environments.length > 0 && <GoldenSignals />}
    </>
  );
}

function spanOf({ range, zone }: View): string {
  if (range.kind === "recent") return `the last ${range.name}`;
  return `${formatMoment(range.start, zone)} to ${formatMoment(range.end, zone)}`;
}

function SummaryLink() {
  return (
    <Link to="/alerts" hash="summary">
      What happened?
    </Link>
  );
}
