import type { Environment } from "../../api/configuration.ts";
import { useConfiguration } from "../../api/ConfigurationContext.ts";
import { SIGNAL_NAMES, SIGNALS } from "../../lib/promql/signals.ts";
import { Segments } from "../../ui/Segments.tsx";
import type { Mode } from "../../view/search.ts";
import { DEFAULT_MODE, DEFAULT_SIGNAL } from "../../view/selection.ts";
import { useChangeView, useView } from "../../view/useView.ts";
import styles from "./ComparePage.module.css";

const SIGNAL_OPTIONS = SIGNAL_NAMES.map((value) => ({ value, text: SIGNALS[value].title }));

const MODE_OPTIONS: readonly { readonly value: Mode; readonly text: string }[] = [
  { value: "overlay", text: "Overlay" },
  { value: "multiples", text: "Side by side" },
  { value: "difference", text: "Difference" },
  { value: "ratio", text: "Ratio" },
];

/** Chooses what is compared with whom, and how. All of it stands in the address. */
export function Controls({ base }: { base: Environment }) {
  const { environments } = useConfiguration();
  const { signal, mode } = useView();
  const change = useChangeView();
  return (
    <div className={styles.controls} data-by-hand>
      <label className={styles.base}>
        Baseline
        <select
          className={styles.select}
          value={base.name}
          onChange={({ target }) => change({ base: target.value })}
        >
          {environments.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <Segments
        label="Signal"
        options={SIGNAL_OPTIONS}
        value={signal}
        onChoose={(one) => change({ signal: one === DEFAULT_SIGNAL ? undefined : one })}
      />
      <Segments
        label="Comparison"
        options={MODE_OPTIONS}
        value={mode}
        onChoose={(one) => change({ mode: one === DEFAULT_MODE ? undefined : one })}
      />
    </div>
  );
}
