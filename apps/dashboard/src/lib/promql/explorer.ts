import { lengthOf } from "../time/range.ts";
import type { Range } from "../time/range.ts";

/** Where the pages of a Prometheus or of a Thanos Query draw expressions over a range. */
export function explorerAddress(
  base: string,
  expressions: readonly string[],
  range: Range,
): string {
  const words = new URLSearchParams();
  expressions.forEach((expression, index) => {
    const set = (name: string, value: string) => words.set(`g${index}.${name}`, value);
    set("expr", expression);
    set("tab", "0");
    set("range_input", range.kind === "recent" ? range.name : `${lengthOf(range)}s`);
    if (range.kind === "fixed") set("end_input", momentOf(range.end));
  });
  return `${base.replace(/\/$/, "")}/graph?${words}`;
}

/** A moment as both write it in their addresses: UTC without saying so. */
function momentOf(seconds: number): string {
  // oxlint-disable-next-line no-restricted-globals -- it writes a time and reads no clock
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ");
}
