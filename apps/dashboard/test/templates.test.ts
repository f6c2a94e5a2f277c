import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readBoard } from "../src/lib/perses/board.ts";
import { idleIn } from "../src/lib/perses/idle.ts";
import { fillPromql } from "../src/lib/perses/interpolate.ts";
import type { Value } from "../src/lib/perses/interpolate.ts";
import { builtinsOf } from "../src/lib/perses/builtins.ts";

const folder = new URL("../public/templates/", import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file !== "index.json")
  .map((file) => file.replace(/\.json$/, ""));

function textOf(name: string): string {
  return readFileSync(new URL(`${name}.json`, folder), "utf8");
}

function boardNamed(name: string) {
  const text = textOf(name);
  return readBoard(JSON.parse(text), text.length);
}

test("the list has every shipped template, in its own words", () => {
  const listed = JSON.parse(textOf("index"));
  const wanted = names.map((name) => {
    const { title, description } = boardNamed(name);
    return { name, title, description, from: "shipped" };
  });
  expect(listed).toEqual({ templates: wanted });
});

describe.each(names)("%s", (name) => {
  test("is called like its file and drawn whole", () => {
    const board = boardNamed(name);
    expect(board.name).toBe(name);
    expect(board.description).toBeTruthy();
    const panels = board.groups.flatMap(({ items }) => items.map(({ panel }) => panel));
    expect(panels.filter(({ kind }) => kind === "lost")).toEqual([]);
    expect(panels.flatMap((one) => (one.kind === "lost" ? [] : idleIn(one)))).toEqual([]);
    expect(board.variables.filter(({ kind }) => kind === "lost")).toEqual([]);
  });

  test("shows each of its panels once", () => {
    const { spec } = JSON.parse(textOf(name));
    const shown = spec.layouts.flatMap((layout: { spec: { items: { content: object }[] } }) =>
      layout.spec.items.map(({ content }) => Object.values(content)[0]),
    );
    const keys = Object.keys(spec.panels).map((key) => `#/spec/panels/${key}`);
    expect(shown.toSorted()).toEqual(keys.toSorted());
  });

  test("uses no variable that it does not have, and no environment by name", () => {
    const board = boardNamed(name);
    const value: Value = { texts: ["x"], isList: false, origin: "data" };
    const own = board.variables.map((one) => [one.name, value] as const);
    const grid = { start: 0, step: 10, count: 2 };
    const values = new Map([...own, ...builtinsOf(grid, 10, board)]);
    for (const { items } of board.groups) {
      for (const { panel } of items) {
        for (const { query } of panel.kind === "lost" ? [] : panel.queries) {
          const filled = fillPromql(query, values);
          expect(filled.kind).toBe("text");
          const text = filled.kind === "text" ? filled.text : "";
          expect(text.replaceAll('"$1"', "")).not.toContain("$");
          expect(text).not.toMatch(/\b(?:prod|dev|qa)\b/);
        }
      }
    }
  });
});
