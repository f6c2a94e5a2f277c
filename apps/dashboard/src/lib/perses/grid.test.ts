import fc from "fast-check";
import { expect, test } from "vitest";
import type { Item } from "./board.ts";
import { COLUMNS, arranged } from "./grid.ts";

const PANEL: Item["panel"] = { kind: "lost", title: "", reason: "" };

function item(x: number, y: number, width: number, height: number): Item {
  return { x, y, width, height, panel: PANEL };
}

function places(items: readonly Item[]) {
  return arranged(items).map(({ x, y, width, height }) => [x, y, width, height]);
}

test("a grid as a template has it stays, without its empty rows", () => {
  expect(places([item(0, 5, 12, 4), item(12, 5, 12, 4), item(0, 20, 24, 2)])).toEqual([
    [0, 0, 12, 4],
    [12, 0, 12, 4],
    [0, 4, 24, 2],
  ]);
});

test("what lies over another one is moved below it", () => {
  expect(places([item(0, 0, 24, 4), item(6, 2, 6, 2)])).toEqual([
    [0, 0, 24, 4],
    [6, 4, 6, 2],
  ]);
});

test("no two items cover each other and all are within the grid", () => {
  const number = fc.nat({ max: 5000 });
  const items = fc.array(fc.tuple(number, number, number, number).map((four) => item(...four)));
  fc.assert(
    fc.property(items, (all) => {
      const placed = arranged(all);
      expect(placed).toHaveLength(all.length);
      placed.forEach((one, index) => {
        expect(one.x + one.width).toBeLessThanOrEqual(COLUMNS);
        for (const other of placed.slice(index + 1)) {
          const isBeside = one.x + one.width <= other.x || other.x + other.width <= one.x;
          const isAbove = one.y + one.height <= other.y || other.y + other.height <= one.y;
          expect(isBeside || isAbove).toBe(true);
        }
      });
    }),
  );
});
