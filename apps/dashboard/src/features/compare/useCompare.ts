import { useMemo } from "react";
import type { Environment } from "../../api/configuration.ts";
import type { PanelState } from "../../api/panel-state.ts";
import { useRange } from "../../api/useQuestion.ts";
import { recorded } from "../../lib/promql/catalogue.ts";
import type { Signal } from "../../lib/promql/catalogue.ts";
import { SIGNAL_NAMES } from "../../lib/promql/signals.ts";
import type { View } from "../../view/selection.ts";
import type { Answers } from "./comparison.ts";

/** A chart asks for so many lines at most. */
const MOST = 50;

/** The baseline first, then the chosen environments; fifty at most. */
export function comparedIn({ environments, base }: View): readonly Environment[] {
  const others = environments.filter((one) => one !== base);
  return [...(base ? [base] : []), ...others].slice(0, MOST);
}

/** All golden signals of the compared environments. */
export function useCompare(view: View, compared: readonly Environment[]): PanelState<Answers> {
  const expressions = useMemo(() => {
    const selection = { environments: compared.map(({ name }) => name) };
    const pairs = SIGNAL_NAMES.map((one) => [one, recorded("environment", one, selection)]);
    return Object.fromEntries(pairs) as Record<Signal, string>;
  }, [compared]);
  return useRange(expressions, view.range);
}
