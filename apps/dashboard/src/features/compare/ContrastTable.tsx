import type { Environment } from "../../api/configuration.ts";
import type { PanelState } from "../../api/panel-state.ts";
import { formatIn, scaleFor, scaleForAll } from "../../lib/format/units.ts";
import type { Scale } from "../../lib/format/units.ts";
import type { Contrast } from "../../lib/series/contrast.ts";
import { SIGNAL_NAMES, SIGNALS } from "../../lib/promql/signals.ts";
import type { Signal } from "../../lib/promql/catalogue.ts";
import { EnvironmentName } from "../../ui/EnvironmentName.tsx";
import { PanelFrame } from "../../ui/PanelFrame.tsx";
import { useView } from "../../view/useView.ts";
import { comparisonsOf } from "./comparison.ts";
import type { Answers } from "./comparison.ts";
import styles from "./ContrastTable.module.css";
import { distance, isTraffic } from "../../lib/rank/ratio.ts";
import type { Comparison } from "../../lib/rank/ratio.ts";

const ROW_HEIGHT = 40;
const TIMES = scaleFor("times", 1);

interface Props {
  readonly state: PanelState<Answers>;
  readonly compared: readonly Environment[];
  readonly base: Environment;
}

/** Every signal of every environment at the range's end, and how many times the baseline's it is. */
export function ContrastTable({ state, compared, base }: Props) {
  return (
    <PanelFrame
      title="At the end of the range"
      unit={`median of five points, and how many times that of ${base.title}`}
      state={state}
      height={(compared.length + 1) * ROW_HEIGHT}
    >
      {(answers) => (
        <Table all={comparisonsOf(answers, compared, base)} compared={compared} base={base} />
      )}
    </PanelFrame>
  );
}

interface TableProps {
  readonly all: readonly Comparison<Environment>[];
  readonly compared: readonly Environment[];
  readonly base: Environment;
}

function Table({ all, compared, base }: TableProps) {
  const { signal: chosen } = useView();
  const columns = SIGNAL_NAMES.map((signal) => {
    const own = all.filter((one) => one.signal === signal);
    const values = own.flatMap(({ contrast }) => [contrast.value, contrast.base]);
    return { signal, own, scale: scaleForAll(SIGNALS[signal].unit, values) };
  });
  return (
    <div role="table" aria-label="Environments against the baseline" className={styles.table}>
      <div role="row" className={styles.header}>
        <span role="columnheader">Environment</span>
        {columns.map(({ signal, scale }) => (
          <span key={signal} role="columnheader" data-chosen={signal === chosen}>
            {SIGNALS[signal].title} {scale.suffix}
          </span>
        ))}
      </div>
      {compared.map((environment) => (
        <div key={environment.name} role="row" className={styles.row}>
          <span role="rowheader" className={styles.name}>
            <EnvironmentName environment={environment} />
            {environment === base && <span className={styles.base}>baseline</span>}
          </span>
          {columns.map(({ signal, own, scale }) => (
            <span key={signal} role="cell" className={styles.cell} data-chosen={signal === chosen}>
              <span className={styles.short}>{SIGNALS[signal].title}</span>
              {environment === base ? (
                <Value value={own[0]?.contrast.base} scale={scale} />
              ) : (
                <Against
                  {...{ signal, scale }}
                  one={own.find((each) => each.environment === environment)}
                />
              )}
            </span>
          ))}
        </div>
      ))}
    </div>
  );
}

function Value({ value, scale }: { value: number | undefined; scale: Scale }) {
  return (
    <span>
      {formatIn(scale, value)}
      <span className={styles.suffix}> {scale.suffix}</span>
    </span>
  );
}

interface AgainstProps {
  readonly signal: Signal;
  readonly scale: Scale;
  readonly one: Comparison<Environment> | undefined;
}

function Against({ signal, scale, one }: AgainstProps) {
  const contrast = one?.contrast;
  const isFar = one !== undefined && !isTraffic(signal) && distance(one) >= 1;
  const isWorse = isFar && contrast !== undefined && contrast.value > contrast.base;
  return (
    <>
      <Value value={contrast?.value} scale={scale} />
      <span className={styles.times} data-far={isFar} data-worse={isWorse}>
        {contrast === undefined ? "" : timesOf(contrast)}
      </span>
    </>
  );
}

function timesOf({ value, times }: Contrast): string {
  if (!Number.isNaN(times)) return `${formatIn(TIMES, times)}×`;
  return value === 0 ? "same" : "over 0";
}
