import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRangeQuestion } from "../../api/useQuestion.ts";
import { pageRows } from "../../panels/csv.ts";
import type { Asked } from "../../panels/csv.ts";
import type { Panel, Section } from "../../panels/panel-defs.ts";
import type { Scope } from "../../panels/scope.ts";
import { saveCsv } from "../../ui/save-csv.ts";
import { useView } from "../../view/useView.ts";

/** Saves all panels, also those that nobody has scrolled to. What cannot be had is named in it. */
export function usePageCsv(scope: Scope, sections: readonly Section[]) {
  const client = useQueryClient();
  const question = useRangeQuestion();
  const { range, zone } = useView();

  async function ask(panel: Panel): Promise<Asked> {
    try {
      const { data } = await client.fetchQuery(question(panel.questions, range));
      return { panel, answers: data };
    } catch (error) {
      return { panel, answers: error instanceof Error ? error.message : String(error) };
    }
  }

  const { mutate, isPending } = useMutation({
    mutationFn: async () => {
      const asked = await Promise.all(sections.flatMap(({ panels }) => panels).map(ask));
      saveCsv("sightline-metrics", pageRows(scope, asked, zone));
    },
  });
  return { save: () => mutate(), isSaving: isPending };
}
