import { IconAlertOctagonFilled, IconAlertTriangleFilled } from "@tabler/icons-react";
import type { PanelState } from "../../api/panel-state.ts";
import type { InstantAnswer, RangeAnswer } from "../../api/prometheus.ts";
import { useInstant, useRange } from "../../api/useQuestion.ts";
import { Sparkline } from "../../charts/Sparkline.tsx";
import { formatIn, scaleFor } from "../../lib/format/units.ts";
import type { Unit } from "../../lib/format/units.ts";
import { unitOf } from "../../lib/perses/format.ts";
import type { Tone } from "../../lib/perses/tone.ts";
import { QueryButton } from "../../panels/QueryButton.tsx";
import { PanelFrame } from "../../ui/PanelFrame.tsx";
import { useView } from "../../view/useView.ts";
import type { BodyProps } from "./body.ts";
import { GaugeArc } from "./GaugeArc.tsx";
import { figuresOf, wholeOf } from "./numbers.ts";
import type { Figure, NumberPanelOf } from "./numbers.ts";
import styles from "./NumberPanel.module.css";
import { withRemarks } from "./useAsking.ts";

type Answers = Readonly<Record<string, InstantAnswer | RangeAnswer>>;

/** More are no glance. */
const MOST = 40;

/** Large numbers, each with the way it came or within its limits. */
export function NumberPanel({
  panel,
  title,
  asking,
  isAsking,
  height,
}: BodyProps & { panel: NumberPanelOf }) {
  const { range } = useView();
  const { questions, shortestStep, values } = asking;
  const hasPast = panel.kind === "StatChart" && panel.spec.sparkline !== undefined;
  const past = useRange<string>(questions, range, { enabled: isAsking && hasPast, shortestStep });
  const present = useInstant<string>(questions, { enabled: isAsking && !hasPast });
  const state: PanelState<Answers> = hasPast ? past : present;
  const unit = unitOf(panel.spec.format);
  const figures = state.kind === "shown" ? figuresOf(panel, state.data, values) : [];
  const isNamed =
    figures.length > 1 || (panel.kind === "StatChart" && panel.spec.legendMode === "on");
  return (
    <PanelFrame
      hasTools
      title={title}
      unit={panel.description}
      state={withRemarks(panel, state)}
      height={height}
      emptiness={() => (figures.length === 0 ? "Nothing of this came." : undefined)}
      actions={<QueryButton panel={{ title, questions: asking.questions }} />}
    >
      {() => (
        <ul className={styles.figures} data-kind={panel.kind} style={{ minHeight: height }}>
          {figures.slice(0, MOST).map((figure) => (
            <li key={figure.id} className={styles.figure} data-tone={figure.tone}>
              {panel.kind === "GaugeChart" && (
                <GaugeArc value={figure.value} whole={wholeOf(panel)} tone={figure.tone} />
              )}
              <Value figure={figure} unit={unit} />
              {isNamed && <span className={styles.name}>{figure.name}</span>}
              {figure.series && <Sparkline series={figure.series} colour={COLOURS[figure.tone]} />}
            </li>
          ))}
          {figures.length > MOST && <li>and {figures.length - MOST} more</li>}
        </ul>
      )}
    </PanelFrame>
  );
}

const COLOURS: Readonly<Record<Tone, string>> = {
  ok: "var(--ok)",
  degraded: "var(--degraded)",
  down: "var(--down)",
  plain: "var(--accent)",
};

/** The colour is repeated by a glyph where it says that something is wrong. */
const GLYPHS = { degraded: IconAlertTriangleFilled, down: IconAlertOctagonFilled } as const;

function Value({ figure: { value, text, tone }, unit }: { figure: Figure; unit: Unit }) {
  const scale = { ...scaleFor(unit, value), isEven: false };
  const Glyph = tone === "degraded" || tone === "down" ? GLYPHS[tone] : undefined;
  return (
    <span className={styles.value}>
      {Glyph && <Glyph size={16} aria-hidden className={styles.glyph} />}
      <span className="number">{text ?? formatIn(scale, value)}</span>
      {text === undefined && scale.suffix !== "" && !Number.isNaN(value) && (
        <small className={styles.unit}>{scale.suffix}</small>
      )}
    </span>
  );
}
