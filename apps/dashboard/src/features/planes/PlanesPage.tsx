import { useMemo } from "react";
import { Headline } from "../../ui/Headline.tsx";
import { PanelFrame } from "../../ui/PanelFrame.tsx";
import { SearchField } from "../../ui/SearchField.tsx";
import { useChangeView, useView } from "../../view/useView.ts";
import { PlaneTable, ROW_HEIGHTS } from "./PlaneTable.tsx";
import { matching } from "./rows.ts";
import { sentencesOf } from "./sentence.ts";
import { useFind } from "./useFind.ts";
import { usePlanes } from "./usePlanes.ts";

const HEADER_HEIGHT = 28;
/** More rows are below the screen, where nothing need be kept in its place. */
const SCREENFUL = 20;

/** Who sends metrics, how far they come, and which link of their way is silent. */
export function PlanesPage() {
  const view = useView();
  const change = useChangeView();
  const find = useFind();
  const state = usePlanes(view);
  const rows = state.kind === "shown" ? state.data : undefined;
  const shown = useMemo(() => rows && matching(rows, find), [rows, find]);
  const known = view.environments.reduce((sum, { data_planes }) => sum + data_planes.length, 0);
  return (
    <>
      <Headline state={state} loading="Looking for data planes…" say={sentencesOf} />
      <PanelFrame
        title="Data planes"
        unit="when each link of their way last proved itself"
        state={state}
        height={Math.min(known, SCREENFUL) * ROW_HEIGHTS.wide + HEADER_HEIGHT}
        emptiness={(all) =>
          all.length === 0 ? "Neither configuration nor targets name a data plane." : undefined
        }
        actions={
          <SearchField
            label="Find a data plane"
            text={find}
            onText={(text) => change({ find: text || undefined }, { replace: true })}
            found={rows && shown && { count: shown.length, of: rows.length, noun: "data plane" }}
          />
        }
      >
        {(all) => <PlaneTable shown={shown ?? all} all={all.length} find={find} />}
      </PanelFrame>
    </>
  );
}
