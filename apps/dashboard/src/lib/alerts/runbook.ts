import type { Block } from "../markdown/blocks.ts";

/** Where a rule says that its runbook is. */
export type Runbook =
  | { readonly kind: "none" }
  /** A page of somebody else's. */
  | { readonly kind: "page"; readonly address: string }
  /** A section of the runbooks that the dashboard brings along. */
  | { readonly kind: "section"; readonly anchor: string }
  | { readonly kind: "unknown"; readonly address: string };

export function runbookOf(address: string | undefined): Runbook {
  if (address === undefined || address === "") return { kind: "none" };
  if (/^https?:\/\/[^/]/i.test(address)) return { kind: "page", address };
  const anchor = /^[^:#]*#(.+)$/.exec(address)?.[1];
  return anchor === undefined ? { kind: "unknown", address } : { kind: "section", anchor };
}

/** What stands below the heading with an anchor, up to the next one of its rank. */
export function sectionOf(blocks: readonly Block[], anchor: string): readonly Block[] | undefined {
  const from = blocks.findIndex((one) => one.kind === "heading" && one.anchor === anchor);
  const heading = blocks[from];
  if (heading?.kind !== "heading") return undefined;
  const rest = blocks.slice(from + 1);
  const to = rest.findIndex((one) => one.kind === "heading" && one.level <= heading.level);
  return to < 0 ? rest : rest.slice(0, to);
}
