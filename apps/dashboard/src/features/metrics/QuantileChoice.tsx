import { QUANTILES } from "../../lib/promql/catalogue.ts";
import { Segments } from "../../ui/Segments.tsx";
import { DEFAULT_QUANTILE } from "../../view/selection.ts";
import { useChangeView, useView } from "../../view/useView.ts";

const OPTIONS = QUANTILES.map((value) => ({ value, text: value }));

/** Chooses which latency is shown where one has to stand for all. */
export function QuantileChoice() {
  const { quantile } = useView();
  const change = useChangeView();
  return (
    <Segments
      label="Latency percentile"
      options={OPTIONS}
      value={quantile}
      onChoose={(one) => change({ quantile: one === DEFAULT_QUANTILE ? undefined : one })}
    />
  );
}
