import { useCallback } from "react";
import { useConfiguration } from "../../api/ConfigurationContext.ts";
import { ALL, wordOf } from "../../lib/perses/choice.ts";
import { useChangeView } from "../../view/useView.ts";

/** A variable of this name is what the bar above every page chooses as well. */
export const ENVIRONMENT = "environment";

/** Puts what a variable stands at into the address. */
export function useChoose(): (name: string, values: readonly string[]) => void {
  const change = useChangeView();
  const { environments } = useConfiguration();
  return useCallback(
    (name, values) => {
      const word = values.length === 0 ? undefined : wordOf(values);
      const isOurs = values.every((value) => environments.some((one) => one.name === value));
      if (name === ENVIRONMENT && (isOurs || values.includes(ALL))) {
        const env = values.length === 0 || values.includes(ALL) ? undefined : values;
        change({ env, "var-environment": undefined });
      } else {
        change({ [`var-${name}`]: word });
      }
    },
    [change, environments],
  );
}
