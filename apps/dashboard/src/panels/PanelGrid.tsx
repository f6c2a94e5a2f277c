import type { Mark } from "../charts/types.ts";
import type { Target } from "../ui/PanelFrame.tsx";
import { MetricPanel } from "./MetricPanel.tsx";
import type { Panel } from "./panel-defs.ts";
import styles from "./PanelGrid.module.css";
import type { Scope } from "./scope.ts";

interface Props {
  readonly panels: readonly Panel[];
  readonly scope: Scope;
  readonly marks: readonly Mark[];
  /** The page that shows the same panels among others; their titles lead there. */
  readonly page?: Target["page"];
  /** Of the lines, in pixels. */
  readonly height?: number;
}

/** Panels two by two, on a phone one below the other. */
export function PanelGrid({ panels, scope, marks, page, height }: Props) {
  return (
    <div className={styles.panels}>
      {panels.map((panel) => (
        <MetricPanel
          key={panel.id}
          {...{ panel, scope, marks, height }}
          leadsTo={page && { page, id: panel.id }}
        />
      ))}
    </div>
  );
}
