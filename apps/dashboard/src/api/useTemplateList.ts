import * as v from "valibot";
import { FailureError } from "./failure.ts";
import type { PanelState } from "./panel-state.ts";
import { useFile } from "./useFile.ts";

const List = v.object({
  templates: v.array(
    v.object({
      name: v.string(),
      title: v.string(),
      description: v.optional(v.string(), ""),
      from: v.picklist(["shipped", "yours"]),
    }),
  ),
});

/** A template of a dashboard, in the list of all. */
export type Entry = v.InferOutput<typeof List>["templates"][number];

/** All templates of dashboards, in the order of their titles. */
export function useTemplateList(): PanelState<readonly Entry[]> {
  return useFile("/templates/index.json", (body) => {
    const found = v.safeParse(List, body);
    if (!found.success) throw new FailureError({ kind: "malformed", detail: "it is no list" });
    const { templates } = found.output;
    return templates.toSorted((one, other) => one.title.localeCompare(other.title));
  });
}
