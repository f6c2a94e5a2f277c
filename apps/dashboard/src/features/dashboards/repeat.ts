import { ALL } from "../../lib/perses/choice.ts";
import type { Group } from "../../lib/perses/board.ts";
import { fillText } from "../../lib/perses/interpolate.ts";
import type { Value } from "../../lib/perses/interpolate.ts";
import { MOST_REPEATS } from "../../lib/perses/limits.ts";
import type { Standings } from "../../lib/perses/resolve.ts";

/** A group as it is shown, and what variables stand at in it. */
export interface Shown {
  readonly group: Group;
  readonly title: string;
  readonly standings: Standings;
}

/** A group once, or once for each chosen value of the variable that repeats it. */
export function repeated(group: Group, standings: Standings): Shown[] {
  const { repeat, title = "" } = group;
  const standing = standings.all.find(({ variable }) => variable.name === repeat);
  const chosen = standing?.chosen;
  if (repeat === undefined || standing === undefined || chosen?.value === undefined) {
    return [{ group, title: fillText(title, standings.values), standings }];
  }
  const values = chosen.values.includes(ALL)
    ? standing.options.map(({ value }) => value)
    : chosen.values;
  const origin =
    standing.variable.kind === "list" && isStatic(standing.variable) ? "template" : "data";
  return values.slice(0, MOST_REPEATS).map((value) => {
    const one: Value = { texts: [value], isList: false, origin };
    const here = new Map([...standings.values, [repeat, one]]);
    const filled = fillText(title, here);
    return {
      group,
      title: filled === title ? [title, value].filter((part) => part !== "").join(" · ") : filled,
      standings: { ...standings, values: here },
    };
  });
}

function isStatic({ source }: { source: { kind: string } }): boolean {
  return source.kind === "StaticListVariable";
}
