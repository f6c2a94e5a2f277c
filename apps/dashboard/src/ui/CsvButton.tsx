import { IconDownload } from "@tabler/icons-react";
import { PanelAction } from "./PanelAction.tsx";
import { saveCsv } from "./save-csv.ts";
import type { Rows } from "./save-csv.ts";

interface Props {
  /** Whose numbers they are, for those who hear it. */
  readonly title: string;
  /** The file's name, without its ending. */
  readonly file: string;
  readonly rows: () => Rows;
}

/** Gives what is shown to a spreadsheet. */
export function CsvButton({ title, file, rows }: Props) {
  return (
    <PanelAction panel={title} what="Save as CSV" onClick={() => saveCsv(file, rows())}>
      <IconDownload size={16} aria-hidden />
    </PanelAction>
  );
}
