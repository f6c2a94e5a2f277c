import { useConfiguration } from "../../api/ConfigurationContext.ts";
import type { PanelState } from "../../api/panel-state.ts";
import { useClock } from "../../clock/ClockContext.ts";
import type { Board, DrawnPanel } from "../../lib/perses/board.ts";
import { builtinsOf, shortestStepOf } from "../../lib/perses/builtins.ts";
import { idleIn } from "../../lib/perses/idle.ts";
import type { Values } from "../../lib/perses/interpolate.ts";
import { questionsOf } from "../../lib/perses/questions.ts";
import { lackOf } from "../../lib/perses/resolve.ts";
import type { Standings } from "../../lib/perses/resolve.ts";
import { gridOf } from "../../lib/time/grid.ts";
import { useView } from "../../view/useView.ts";

/** What a panel asks of the control plane, as its board stands. */
export interface Asking {
  /** PromQL by name; none while a variable still has no value. */
  readonly questions: Readonly<Record<string, string>>;
  /** In seconds. */
  readonly shortestStep: number;
  readonly values: Values;
  /** Why it asks nothing and never will as the board stands. */
  readonly lack: string | undefined;
}

const NONE = {};

export function useAsking(panel: DrawnPanel, board: Board, standings: Standings): Asking {
  const { scrape_interval_seconds } = useConfiguration();
  const { range } = useView();
  const clock = useClock();
  const shortestStep = shortestStepOf(panel.queries, standings.values, scrape_interval_seconds);
  const grid = gridOf(range, clock.tick, shortestStep);
  const values = new Map([...standings.values, ...builtinsOf(grid, shortestStep, board)]);
  const found = questionsOf(panel.queries, values);
  const base = { shortestStep, values, lack: undefined };
  switch (found.kind) {
    case "questions":
      return { ...base, questions: found.questions };
    case "missing":
      return { ...base, questions: NONE, lack: lackOf(found.name, standings) };
    case "unfit":
      return {
        ...base,
        questions: NONE,
        lack: `The value of ${found.name} cannot stand where the panel uses it.`,
      };
  }
}

/** What the reader has to know of a panel, beside what the server said. */
export function withRemarks<T>(panel: DrawnPanel, state: PanelState<T>): PanelState<T> {
  const idle = idleIn(panel);
  if (state.kind !== "shown" || idle.length === 0) return state;
  const remark = `The template also asks for ${idle.join(", ")}, which is not drawn here.`;
  return { ...state, notes: { ...state.notes, remarks: [remark, ...state.notes.remarks] } };
}
