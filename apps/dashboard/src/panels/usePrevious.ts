import { useMemo } from "react";
import { useRange } from "../api/useQuestion.ts";
import type { How } from "../api/useQuestion.ts";
import type { RangeAnswer } from "../api/prometheus.ts";
import type { Before, ChartSeries } from "../charts/types.ts";
import { shiftOf, wordsOf } from "../lib/time/previous.ts";
import { useView } from "../view/useView.ts";

/** The answers to a panel's own questions from an earlier time. */
export interface Earlier<Name extends string> {
  readonly words: string;
  /** Undefined while there are none. */
  readonly answers: Readonly<Record<Name, RangeAnswer>> | undefined;
}

/** Asks a panel's questions for the earlier time that the address names; nothing without one. */
export function usePrevious<Name extends string>(
  questions: Readonly<Record<Name, string>>,
  { enabled = true, ...how }: Omit<How, "shift"> & { readonly enabled?: boolean } = {},
): Earlier<Name> | undefined {
  const { range, previous } = useView();
  const shift = previous === undefined ? 0 : shiftOf(previous, range);
  const isAsking = enabled && previous !== undefined;
  const state = useRange(questions, range, { ...how, enabled: isAsking, shift });
  const answers = state.kind === "shown" ? state.data : undefined;
  return useMemo(
    () => (previous === undefined ? undefined : { words: wordsOf(previous, range), answers }),
    [previous, range, answers],
  );
}

/** Lines of an earlier time, to be drawn behind those of today. */
export function beforeOf<Name extends string>(
  earlier: Earlier<Name> | undefined,
  linesOf: (answers: Readonly<Record<Name, RangeAnswer>>) => readonly ChartSeries[],
): Before | undefined {
  if (earlier === undefined) return undefined;
  const { words, answers } = earlier;
  const ghosts = (answers ? linesOf(answers) : []).map((line) => ({
    ...line,
    id: `${line.id} ${words}`,
    name: `${line.name}, ${words}`,
    kind: "ghost" as const,
    of: line.id,
  }));
  return { words, ghosts };
}
