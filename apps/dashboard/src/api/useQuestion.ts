import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import type { UseQueryResult } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { useClock } from "../clock/ClockContext.ts";
import type { AlertRule } from "../lib/alerts/rules.ts";
import { gridOf } from "../lib/time/grid.ts";
import type { Grid } from "../lib/time/grid.ts";
import { isLive, keyOf } from "../lib/time/range.ts";
import type { Range } from "../lib/time/range.ts";
import { useConfiguration } from "./ConfigurationContext.ts";
import { getText } from "./http.ts";
import { panelState } from "./panel-state.ts";
import type { PanelState } from "./panel-state.ts";
import { queryInstant, queryRange } from "./prometheus.ts";
import type { InstantAnswer, RangeAnswer, Upstream } from "./prometheus.ts";
import { queryRules } from "./rules.ts";
import { merge } from "./warnings.ts";
import type { Notes } from "./warnings.ts";

/** PromQL by the name that its answer gets. */
type Expressions<Name extends string> = Readonly<Record<Name, string>>;

type Answers<Name extends string, Answer> = Readonly<Record<Name, Answer>>;

/** What a question about a range may ask otherwise. */
export interface How {
  /** Seconds between points, at least; those between scrapes without it. */
  readonly shortestStep?: number;
  /** How much earlier, in seconds; the answer is told as if it were of the range itself. */
  readonly shift?: number;
}

/** How expressions are asked for over a range, for who asks once as for who keeps asking. */
export function useRangeQuestion() {
  const { query: upstream, scrape_interval_seconds } = useConfiguration();
  const clock = useClock();
  return useCallback(
    <Name extends string>(
      expressions: Expressions<Name>,
      range: Range,
      { shortestStep = scrape_interval_seconds, shift = 0 }: How = {},
    ) => {
      const live = isLive(range, clock.tick);
      return queryOptions({
        queryKey: ["range", expressions, keyOf(range), shortestStep, shift],
        queryFn: ({ signal }) => {
          const at = clock.tick;
          const grid = gridOf(range, at, shortestStep);
          return askAll(expressions, at, (one) => askBefore(shift, upstream, one, grid, signal));
        },
        ...(live ? {} : { staleTime: Infinity }),
        meta: { live },
      });
    },
    [upstream, scrape_interval_seconds, clock],
  );
}

/**
 * Asks for expressions over a range, at every tick again; the old picture stays meanwhile. With a
 * shift (seconds) the values are those from so long before, put where the range is.
 */
export function useRange<Name extends string>(
  expressions: Expressions<Name>,
  range: Range,
  { enabled = true, ...how }: How & { readonly enabled?: boolean } = {},
): PanelState<Answers<Name, RangeAnswer>> {
  const question = useRangeQuestion()(expressions, range, how);
  const result = useQuery({ ...question, placeholderData: keepPreviousData, enabled });
  return panelState(result, useFailure(result));
}

/** Asks for the newest values of expressions, at every tick again. */
export function useInstant<Name extends string>(
  expressions: Expressions<Name>,
  { enabled = true }: { enabled?: boolean } = {},
): PanelState<Answers<Name, InstantAnswer>> {
  const { query: upstream } = useConfiguration();
  const clock = useClock();
  const result = useQuery({
    queryKey: ["instant", expressions],
    queryFn: ({ signal }) => {
      const at = clock.tick;
      return askAll(expressions, at, (one) => queryInstant(upstream, one, at, signal));
    },
    placeholderData: keepPreviousData,
    enabled,
    meta: { live: true },
  });
  return panelState(result, useFailure(result));
}

/** Asks for all alerting rules and what is active of them, at every tick again. */
export function useRules(): PanelState<readonly AlertRule[]> {
  const { query: upstream } = useConfiguration();
  const clock = useClock();
  const result = useQuery({
    queryKey: ["rules"],
    queryFn: async ({ signal }) => {
      const at = clock.tick;
      const { rules, notes } = await queryRules(upstream, signal);
      return { data: rules, at, notes };
    },
    meta: { live: true },
  });
  return panelState(result, useFailure(result));
}

/** Asks once for the runbooks, as a text of Markdown; undefined where none were deployed. */
export function useRunbooks(): PanelState<string | undefined> {
  const clock = useClock();
  const result = useQuery({
    queryKey: ["runbooks"],
    queryFn: async ({ signal }) => {
      const data = await getText("/runbooks.md", signal);
      return { data, at: clock.tick, notes: merge([]) };
    },
    staleTime: Infinity,
    meta: { live: false },
  });
  return panelState(result, useFailure(result));
}

/** Why there is no answer: a question that failed stays failed until it has one, also meanwhile. */
function useFailure({
  data,
  error,
  errorUpdateCount,
}: Pick<UseQueryResult, "data" | "error" | "errorUpdateCount">): Error | null {
  const [last, setLast] = useState(error);
  if (error !== null && error !== last) setLast(error);
  return error ?? (data === undefined && errorUpdateCount > 0 ? last : null);
}

/** Asks on a grid that lies whole steps before another one; the answer stands on that other one. */
async function askBefore(
  shift: number,
  upstream: Upstream,
  expression: string,
  grid: Grid,
  signal: AbortSignal,
): Promise<RangeAnswer> {
  const back = Math.round(shift / grid.step) * grid.step;
  const before = { ...grid, start: grid.start - back };
  const answer = await queryRange(upstream, expression, before, signal);
  const series = answer.series.map((one) => ({ ...one, start: one.start + back }));
  return { ...answer, grid, series };
}

async function askAll<Name extends string, Answer extends Notes>(
  expressions: Expressions<Name>,
  at: number,
  ask: (expression: string) => Promise<Answer>,
): Promise<{ data: Answers<Name, Answer>; at: number; notes: Notes }> {
  const names = Object.keys(expressions) as Name[];
  const pairs = await Promise.all(
    names.map(async (name) => [name, await ask(expressions[name])] as const),
  );
  const data = Object.fromEntries(pairs) as Answers<Name, Answer>;
  return { data, at, notes: merge(pairs.map(([, answer]) => answer)) };
}
