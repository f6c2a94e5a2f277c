import type { PanelState } from "../../api/panel-state.ts";
import { useFile } from "../../api/useFile.ts";
import { TemplateError, readBoard } from "../../lib/perses/board.ts";
import type { Board } from "../../lib/perses/board.ts";

/** Where a template's own file is; it is what one downloads. */
export function addressOf(name: string): string {
  return `/templates/${encodeURIComponent(name)}.json`;
}

/** What became of a template: a board, or one line that says why there is none. */
export type Template = { readonly board: Board } | { readonly problem: string };

export function useTemplate(name: string): PanelState<Template> {
  return useFile(addressOf(name), (body, characters) => {
    try {
      return { board: readBoard(body, characters) };
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      return { problem: error.message };
    }
  });
}
