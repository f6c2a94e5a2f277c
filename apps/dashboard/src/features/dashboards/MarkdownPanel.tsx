import type { DrawnPanel } from "../../lib/perses/board.ts";
import { fillText } from "../../lib/perses/interpolate.ts";
import { Markdown } from "../../ui/Markdown.tsx";
import type { BodyProps } from "./body.ts";
import styles from "./MarkdownPanel.module.css";

type MarkdownPanelOf = Extract<DrawnPanel, { kind: "Markdown" }>;

/** Words of the template, with values of its variables as mere text. */
export function MarkdownPanel({
  panel,
  title,
  asking,
}: Pick<BodyProps, "title" | "asking"> & { panel: MarkdownPanelOf }) {
  return (
    <section className={styles.panel} aria-label={title}>
      {panel.title !== "" && <h2 className={styles.title}>{title}</h2>}
      <Markdown text={fillText(panel.spec.text, asking.values, asText)} />
    </section>
  );
}

function asText(value: string): string {
  return value.replaceAll(/[!-/:-@[-`{-~]/g, String.raw`\$&`).replaceAll("\n", " ");
}
