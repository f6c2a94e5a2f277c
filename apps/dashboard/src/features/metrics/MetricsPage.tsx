import { useId, useMemo } from "react";
import type { Mark } from "../../charts/types.ts";
import { useView } from "../../view/useView.ts";
import { Controls } from "./Controls.tsx";
import { Happenings } from "./Happenings.tsx";
import styles from "./MetricsPage.module.css";
import { MetricPanel } from "./MetricPanel.tsx";
import { sectionsOf } from "./panel-defs.ts";
import type { Section } from "./panel-defs.ts";
import { QuantileChoice } from "./QuantileChoice.tsx";
import { RouteChoice } from "./RouteChoice.tsx";
import { scopeOf, titleOf } from "./scope.ts";
import type { Scope } from "./scope.ts";
import { useMarks } from "./useMarks.ts";

const NO_MARKS: readonly Mark[] = [];

/** The golden signals, the shop and the routes of one environment or of several. */
export function MetricsPage() {
  const view = useView();
  const scope = useMemo(() => scopeOf(view), [view]);
  const sections = useMemo(() => sectionsOf(scope), [scope]);
  const happened = useMarks(scope, view.range);
  const marks = happened.kind === "shown" ? happened.data.marks : NO_MARKS;
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <h1 className={styles.title}>Metrics of {titleOf(scope, view.areAll)}</h1>
        <Controls scope={scope} sections={sections} />
        <Happenings state={happened} />
      </header>
      {sections.map((section) => (
        <Panels key={section.title} section={section} scope={scope} marks={marks} />
      ))}
      {scope.only === undefined && <RouteChoice environments={scope.environments} />}
    </div>
  );
}

interface PanelsProps {
  readonly section: Section;
  readonly scope: Scope;
  readonly marks: readonly Mark[];
}

function Panels({ section, scope, marks }: PanelsProps) {
  const heading = useId();
  return (
    <section aria-labelledby={heading}>
      <div className={styles.heading}>
        <h2 id={heading} className={styles.section}>
          {section.title}
        </h2>
        {section.hasQuantile && <QuantileChoice />}
      </div>
      <div className={styles.panels}>
        {section.panels.map((panel) => (
          <MetricPanel key={panel.id} panel={panel} scope={scope} marks={marks} />
        ))}
      </div>
    </section>
  );
}
