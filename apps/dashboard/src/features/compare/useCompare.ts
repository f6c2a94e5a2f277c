import { useMemo } from "react";
import type { Environment } from "../../api/configuration.ts";
import type { PanelState } from "../../api/panel-state.ts";
import { useRange } from "../../api/useQuestion.ts";
import { recorded } from "../../lib/promql/catalogue.ts";
import type { Signal } from "../../lib/promql/catalogue.ts";
import { SIGNAL_NAMES } from "../../lib/promql/signals.ts";
import { usePrevious } from "../../panels/usePrevious.ts";
import type { Earlier } from "../../panels/usePrevious.ts";
import type { View } from "../../view/selection.ts";
import type { Answers } from "./comparison.ts";

export interface Compared {
  readonly state: PanelState<Answers>;
  readonly earlier: Earlier<Signal> | undefined;
}

/** A chart asks for so many lines at most. */
const MOST = 50;

/** The baseline first, then the chosen environments; fifty at most. */
export function comparedIn({ environments, base }: View): readonly Environment[] {
  const others = environments.filter((one) => one !== base);
  return [...(base ? [base] : []), ...others].slice(0, MOST);
}

/** All golden signals of the compared environments, and what they were at an earlier time. */
export function useCompare(view: View, compared: readonly Environment[]): Compared {
  const expressions = useMemo(() => {
    const selection = { environments: compared.map(({ name }) => name) };
    const pairs = SIGNAL_NAMES.map((one) => [one, recorded("environment", one, selection)]);
    return Object.fromEntries(pairs) as Record<Signal, string>;
  }, [compared]);
  const earlier = usePrevious(expressions);
  return { state: useRange(expressions, view.range), earlier };
}
