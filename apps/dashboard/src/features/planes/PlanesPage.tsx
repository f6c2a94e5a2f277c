import { Headline } from "../../ui/Headline.tsx";
import { PanelFrame } from "../../ui/PanelFrame.tsx";
import { useView } from "../../view/useView.ts";
import { PlaneTable } from "./PlaneTable.tsx";
import { SearchField } from "./SearchField.tsx";
import { sentencesOf } from "./sentence.ts";
import { usePlanes } from "./usePlanes.ts";

const ROW_HEIGHT = 56;
const HEADER_HEIGHT = 28;

/** Who sends metrics, how far they come, and which link of their way is silent. */
export function PlanesPage() {
  const view = useView();
  const state = usePlanes(view);
  const known = view.environments.reduce((sum, { data_planes }) => sum + data_planes.length, 0);
  return (
    <>
      <Headline state={state} loading="Looking for data planes…" say={sentencesOf} />
      <PanelFrame
        title="Data planes"
        unit="when each link of their way last proved itself"
        state={state}
        height={known * ROW_HEIGHT + HEADER_HEIGHT}
        emptiness={(rows) =>
          rows.length === 0 ? "Neither configuration nor targets name a data plane." : undefined
        }
        actions={<SearchField />}
      >
        {(rows) => <PlaneTable rows={rows} />}
      </PanelFrame>
    </>
  );
}
