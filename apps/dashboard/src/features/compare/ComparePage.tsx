import { useMemo } from "react";
import { lastOf } from "../../lib/time/grid.ts";
import { CutNote } from "../../ui/CutNote.tsx";
import { Headline } from "../../ui/Headline.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { useView } from "../../view/useView.ts";
import { comparisonsOf } from "./comparison.ts";
import { ComparePanel } from "./ComparePanel.tsx";
import { ContrastTable } from "./ContrastTable.tsx";
import { Controls } from "./Controls.tsx";
import { sentencesOf } from "./sentence.ts";
import { comparedIn, useCompare } from "./useCompare.ts";

/** How environments differ from a baseline. */
export function ComparePage() {
  const view = useView();
  const compared = useMemo(() => comparedIn(view), [view]);
  const { state, earlier } = useCompare(view, compared);
  const { base } = view;
  if (base === undefined) return <Notice title="No environment is configured" />;
  return (
    <>
      <Headline
        state={state}
        loading="Comparing…"
        say={(answers) => {
          const all = comparisonsOf(answers, compared, base);
          return sentencesOf(all, base, compared.length, lastOf(answers.p95.grid));
        }}
      />
      <Controls base={base} />
      <CutNote shown={compared.length} all={new Set([base, ...view.environments]).size} />
      <ComparePanel {...{ state, earlier, compared, base }} />
      <ContrastTable {...{ state, compared, base }} />
    </>
  );
}
