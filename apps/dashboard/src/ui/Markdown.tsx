import { Fragment, useId } from "react";
import type { ReactNode } from "react";
import { parseMarkdown } from "../lib/markdown/blocks.ts";
import type { Block, List } from "../lib/markdown/blocks.ts";
import type { Inline } from "../lib/markdown/inline.ts";
import styles from "./Markdown.module.css";

/** Where a link to an anchor of this text leads; undefined when there is no such heading. */
type Targets = ReadonlyMap<string, string>;

/**
 * Draws text written in a small subset of Markdown.
 *
 * Its headings begin at the third level, for it stands below a page and a panel.
 */
export function Markdown({ text }: { readonly text: string }) {
  return <MarkdownBlocks blocks={parseMarkdown(text)} />;
}

/** The same for a part of a text. */
export function MarkdownBlocks({ blocks }: { readonly blocks: readonly Block[] }) {
  const prefix = useId();
  const anchors = blocks.flatMap((block) => (block.kind === "heading" ? [block.anchor] : []));
  const targets = new Map(anchors.map((anchor) => [anchor, `${prefix}${anchor}`]));
  return <div className={styles.text}>{drawAll(blocks, (block) => drawBlock(block, targets))}</div>;
}

function drawAll<T>(parts: readonly T[], draw: (part: T) => ReactNode): ReactNode {
  return parts.map((part, index) => (
    // oxlint-disable-next-line react/no-array-index-key -- parts have no names, and never change their place
    <Fragment key={index}>{draw(part)}</Fragment>
  ));
}

function drawBlock(block: Block, targets: Targets): ReactNode {
  switch (block.kind) {
    case "heading": {
      const Tag = (["h3", "h4", "h5"] as const)[block.level - 1] ?? "h6";
      return <Tag id={targets.get(block.anchor)}>{drawInlines(block.children, targets)}</Tag>;
    }
    case "paragraph":
      return <p>{drawInlines(block.children, targets)}</p>;
    case "code":
      return (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keys
        <pre tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case "list":
      return drawList(block, targets);
    case "table":
      return drawTable(block, targets);
  }
}

function drawList({ start, items }: List, targets: Targets): ReactNode {
  const drawn = drawAll(items, ({ children, nested }) => (
    <li>
      {drawInlines(children, targets)}
      {drawAll(nested, (list) => drawList(list, targets))}
    </li>
  ));
  return start === undefined ? <ul>{drawn}</ul> : <ol start={start}>{drawn}</ol>;
}

function drawTable(
  { head, rows }: Extract<Block, { readonly kind: "table" }>,
  targets: Targets,
): ReactNode {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keys
    <div className={styles.wide} tabIndex={0} role="region" aria-label="Table">
      <table>
        <thead>
          <tr>
            {drawAll(head, (cell) => (
              <th scope="col">{drawInlines(cell, targets)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {drawAll(rows, (cells) => (
            <tr>
              {drawAll(cells, (cell) => (
                <td>{drawInlines(cell, targets)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function drawInlines(inlines: readonly Inline[], targets: Targets): ReactNode {
  return drawAll(inlines, (inline) => drawInline(inline, targets));
}

function drawInline(inline: Inline, targets: Targets): ReactNode {
  switch (inline.kind) {
    case "text":
      return inline.text;
    case "code":
      return <code>{inline.text}</code>;
    case "strong":
      return <strong>{drawInlines(inline.children, targets)}</strong>;
    case "emphasis":
      return <em>{drawInlines(inline.children, targets)}</em>;
    case "link": {
      const words = drawInlines(inline.children, targets);
      const href = hrefOf(inline.address, targets);
      return href === undefined ? words : <a href={href}>{words}</a>;
    }
  }
}

function hrefOf(address: string, targets: Targets): string | undefined {
  if (!address.startsWith("#")) return address;
  const id = targets.get(address.slice(1));
  return id === undefined ? undefined : `#${id}`;
}
