import { useId, useMemo } from "react";
import type { Mark } from "../../charts/types.ts";
import { sectionsOf } from "../../panels/panel-defs.ts";
import type { Section } from "../../panels/panel-defs.ts";
import { PanelGrid } from "../../panels/PanelGrid.tsx";
import { scopeOf, titleOf } from "../../panels/scope.ts";
import type { Scope } from "../../panels/scope.ts";
import { marksIn, useMarks } from "../../panels/useMarks.ts";
import { CutNote } from "../../ui/CutNote.tsx";
import { useView } from "../../view/useView.ts";
import { Controls } from "./Controls.tsx";
import { Happenings } from "./Happenings.tsx";
import styles from "./MetricsPage.module.css";
import { QuantileChoice } from "./QuantileChoice.tsx";
import { RouteChoice } from "./RouteChoice.tsx";

/** The golden signals, the shop and the routes of one environment or of several. */
export function MetricsPage() {
  const view = useView();
  const scope = useMemo(() => scopeOf(view), [view]);
  const sections = useMemo(() => sectionsOf(scope), [scope]);
  const happened = useMarks(scope, view.range);
  const marks = marksIn(happened);
  return (
    <>
      <header className={styles.header}>
        <h1>Metrics of {titleOf(scope, view)}</h1>
        <Controls scope={scope} sections={sections} />
        <Happenings state={happened} />
        <CutNote shown={scope.environments.length} all={view.environments.length} />
      </header>
      {sections.map((section) => (
        <Panels key={section.title} section={section} scope={scope} marks={marks} />
      ))}
      {scope.only === undefined && <RouteChoice environments={scope.environments} />}
    </>
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
      <PanelGrid panels={section.panels} scope={scope} marks={marks} />
    </section>
  );
}
