import { useQueries, useQueryClient } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { useConfiguration } from "../../api/ConfigurationContext.ts";
import { explain, FailureError } from "../../api/failure.ts";
import { queryLabelNames, queryLabelValues } from "../../api/labels.ts";
import { queryInstant } from "../../api/prometheus.ts";
import { useClock } from "../../clock/ClockContext.ts";
import type { Board } from "../../lib/perses/board.ts";
import { builtinsOf } from "../../lib/perses/builtins.ts";
import { valuesIn } from "../../lib/perses/choice.ts";
import { inOrder } from "../../lib/perses/order.ts";
import { resolve } from "../../lib/perses/resolve.ts";
import type { Answer, Standings } from "../../lib/perses/resolve.ts";
import type { Ask } from "../../lib/perses/source.ts";
import { gridOf, lastOf } from "../../lib/time/grid.ts";
import { keyOf } from "../../lib/time/range.ts";
import { validateSearch } from "../../view/search.ts";
import { useView } from "../../view/useView.ts";
import { ENVIRONMENT } from "./useChoose.ts";

/** Labels change seldom, so that they are not asked for at every tick. */
const FRESH_FOR = 60_000;

/** What the variables of a board stand at; lists ask again when those that they need change. */
export function useStandings(board: Board): Standings {
  const client = useQueryClient();
  const questionFor = useOptionsQuestion();
  const wanted = useWanted();
  const builtins = useBuiltins(board);
  const ordered = useMemo(() => inOrder(board.variables), [board]);
  const answerTo = (ask: Ask): Answer => {
    const state = client.getQueryState<readonly string[]>(questionFor(ask).queryKey);
    if (state?.data !== undefined) return { kind: "values", values: state.data };
    if (state?.status !== "error") return undefined;
    const { error } = state;
    return {
      kind: "failed",
      reason: error instanceof FailureError ? explain(error.failure) : String(error?.message),
    };
  };
  const standings = resolve(board.variables, ordered, builtins, wanted, answerTo);
  useQueries({ queries: standings.asks.map(questionFor) });
  return standings;
}

/** What the address says of a variable; an environment that it does not name is the page's own. */
function useWanted(): (name: string) => readonly string[] {
  const search = useSearch({ strict: false, select: validateSearch });
  const { areAll, environments } = useView();
  return (name) => {
    const values = valuesIn(search[`var-${name}`]);
    if (values.length > 0 || name !== ENVIRONMENT || areAll) return values;
    return environments.map((one) => one.name);
  };
}

function useBuiltins(board: Board) {
  const { range } = useView();
  const clock = useClock();
  const { scrape_interval_seconds: step } = useConfiguration();
  return builtinsOf(gridOf(range, clock.tick, step), step, board);
}

function useOptionsQuestion() {
  const { query: upstream, scrape_interval_seconds: step } = useConfiguration();
  const { range } = useView();
  const clock = useClock();
  return useCallback(
    (ask: Ask) => ({
      queryKey: ["options", ask, keyOf(range)],
      queryFn: async ({ signal }: { signal: AbortSignal }): Promise<readonly string[]> => {
        const grid = gridOf(range, clock.tick, step);
        const [start, end] = [grid.start, lastOf(grid)];
        switch (ask.kind) {
          case "values": {
            const where = { matchers: ask.matchers, start, end };
            return queryLabelValues(upstream, ask.label, where, signal);
          }
          case "names":
            return queryLabelNames(upstream, { matchers: ask.matchers, start, end }, signal);
          case "promql": {
            const { samples } = await queryInstant(upstream, ask.expression, end, signal);
            return samples.flatMap(({ labels }) =>
              Object.hasOwn(labels, ask.label) ? (labels[ask.label] ?? []) : [],
            );
          }
        }
      },
      staleTime: FRESH_FOR,
      meta: { live: false },
    }),
    [upstream, step, range, clock],
  );
}
