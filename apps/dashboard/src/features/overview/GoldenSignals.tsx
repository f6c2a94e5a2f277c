import { useMemo } from "react";
import { goldenPanels } from "../../panels/panel-defs.ts";
import { PanelGrid } from "../../panels/PanelGrid.tsx";
import { scopeOf } from "../../panels/scope.ts";
import { marksIn, useMarks } from "../../panels/useMarks.ts";
import { CutNote } from "../../ui/CutNote.tsx";
import { useView } from "../../view/useView.ts";

/** Of the lines, in pixels: with three environments all four panels are on a desk's screen. */
const HEIGHT = 140;

/** The golden signals of the chosen environments, as the page of metrics has them. */
export function GoldenSignals() {
  const view = useView();
  const scope = useMemo(() => scopeOf(view), [view]);
  const panels = useMemo(() => goldenPanels(scope), [scope]);
  const marks = marksIn(useMarks(scope, view.range));
  return (
    <>
      <CutNote shown={scope.environments.length} all={view.environments.length} />
      <PanelGrid {...{ panels, scope, marks }} page="/metrics" height={HEIGHT} />
    </>
  );
}
