import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRangeQuestion } from "../../api/useQuestion.ts";
import { shiftOf, wordsOf } from "../../lib/time/previous.ts";
import type { Previous } from "../../lib/time/previous.ts";
import { pageRows } from "../../panels/csv.ts";
import type { Asked } from "../../panels/csv.ts";
import type { Panel, Section } from "../../panels/panel-defs.ts";
import type { Scope } from "../../panels/scope.ts";
import { saveCsv } from "../../ui/save-csv.ts";
import { useView } from "../../view/useView.ts";

/** Saves all panels, also those that nobody has scrolled to, with the earlier time that is drawn. What cannot be had is named in it. */
export function usePageCsv(scope: Scope, sections: readonly Section[]) {
  const client = useQueryClient();
  const question = useRangeQuestion();
  const { range, zone, previous } = useView();
  const times = previous === undefined ? [undefined] : [undefined, previous];

  async function ask(panel: Panel, earlier: Previous | undefined): Promise<Asked> {
    const before = earlier && wordsOf(earlier, range);
    const how = earlier ? { shift: shiftOf(earlier, range) } : {};
    try {
      const { data } = await client.fetchQuery(question(panel.questions, range, how));
      return { panel, answers: data, before };
    } catch (error) {
      return { panel, answers: error instanceof Error ? error.message : String(error), before };
    }
  }

  const { mutate, isPending } = useMutation({
    mutationFn: async () => {
      const panels = sections.flatMap((section) => section.panels);
      const asked = await Promise.all(
        panels.flatMap((panel) => times.map((earlier) => ask(panel, earlier))),
      );
      saveCsv("sightline-metrics", pageRows(scope, asked, zone));
    },
  });
  return { save: () => mutate(), isSaving: isPending };
}
