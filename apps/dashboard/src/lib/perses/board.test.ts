import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { TemplateError, readBoard } from "./board.ts";
import type { Board, Panel } from "./board.ts";
import { idleIn } from "./idle.ts";

// Written in the shapes that Perses' own editor saves, kinds that are not had here among them.
const GOLDEN = JSON.parse(
  readFileSync(new URL("../../../test/perses-board.json", import.meta.url), "utf8"),
);

type Json = Record<string, unknown>;

function boardOf(spec: Json, metadata: Json = { name: "made" }): Board {
  return readBoard({ kind: "Dashboard", metadata, spec }, 1000);
}

function panelOf(plugin: Json, queries: unknown[] = []): Panel | undefined {
  const board = boardOf({
    panels: { one: { kind: "Panel", spec: { display: { name: "One" }, plugin, queries } } },
    layouts: [gridOf("one")],
  });
  return board.groups[0]?.items[0]?.panel;
}

function list(name: string, expr: string) {
  const plugin = { kind: "PrometheusPromQLVariable", spec: { expr, labelName: "l" } };
  return { kind: "ListVariable", spec: { name, plugin } };
}

function gridOf(...keys: string[]) {
  const items = keys.map((key, index) => ({
    x: 0,
    y: index,
    width: 24,
    height: 1,
    content: { $ref: `#/spec/panels/${key}` },
  }));
  return { kind: "Grid", spec: { items } };
}

function problemOf(document: unknown, characters = 1000): string {
  try {
    readBoard(document, characters);
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
  return "none";
}

test("a template made for Perses opens", () => {
  const board = readBoard(GOLDEN, 10_000);
  expect(board.title).toBe("Node exporter, short");
  expect(board.groups.map(({ title, isFolding, isOpen }) => [title, isFolding, isOpen])).toEqual([
    ["CPU", true, true],
    ["Memory", true, false],
    [undefined, false, true],
  ]);
  const panels = board.groups.flatMap(({ items }) => items.map(({ panel }) => panel));
  expect(panels.map(({ title, kind }) => `${title}: ${kind}`)).toEqual([
    "Busy: GaugeChart",
    "Cores: StatChart",
    "By mode: TimeSeriesChart",
    "Memory: TimeSeriesChart",
    "Filesystems: Table",
    "Raw: TimeSeriesTable",
    "About: Markdown",
    "Traces: lost",
    "Logs: lost",
  ]);
  expect(board.variables.map(({ name, kind }) => `${name}: ${kind}`)).toEqual([
    "prometheus: lost",
    "job: list",
    "instance: list",
    "window: list",
    "filter: text",
    "fixed: text",
  ]);
});

test("kinds that are not had here are named", () => {
  const board = readBoard(GOLDEN, 10_000);
  const reasons = board.groups.flatMap(({ items }) =>
    items.flatMap(({ panel }) => (panel.kind === "lost" ? [panel.reason] : [])),
  );
  expect(reasons).toEqual([
    "Panels of the kind TraceTable cannot be shown here.",
    "Queries of the kind LokiLogQuery cannot be asked here.",
  ]);
  expect(board.variables[0]).toMatchObject({
    reason: "variables of the kind DatasourceVariable cannot be had here",
  });
});

test("what is asked for and not drawn is said", () => {
  const board = readBoard(GOLDEN, 10_000);
  const panels = board.groups.flatMap(({ items }) => items.map(({ panel }) => panel));
  expect(panels.flatMap((one) => (one.kind === "lost" ? [] : idleIn(one)))).toEqual([
    "stacking",
    "links in cells",
  ]);
});

test("a wrong panel says where, and the others are drawn", () => {
  const legend = { position: "top" };
  expect(panelOf({ kind: "TimeSeriesChart", spec: { legend } })).toMatchObject({
    kind: "lost",
    title: "One",
    reason: expect.stringMatching(/^spec\.panels\.one\.spec\.plugin\.spec\.legend\.position: /),
  });
  expect(panelOf({ kind: "Markdown", spec: { text: "a", html: true } })).toMatchObject({
    reason: "spec.panels.one.spec.plugin.spec.html: there is no such field",
  });
  expect(panelOf({ kind: "StatChart", spec: {} })).toMatchObject({
    reason: "spec.panels.one.spec.plugin.spec.calculation: it is missing",
  });
});

test("a place without a panel says so", () => {
  const board = boardOf({ panels: {}, layouts: [gridOf("none")] });
  expect(board.groups[0]?.items[0]?.panel).toMatchObject({
    reason: "#/spec/panels/none: there is no such panel",
  });
});

test("variables that depend on each other name their circle, and the board opens", () => {
  const { variables } = boardOf({
    variables: [list("a", "x{l='$b'}"), list("b", "$c"), list("c", "$a"), list("d", "up")],
  });
  expect(variables.map((one) => (one.kind === "lost" ? one.reason : one.kind))).toEqual([
    "it depends on itself: a → b → c → a",
    "it depends on itself: b → c → a → b",
    "it depends on itself: c → a → b → c",
    "list",
  ]);
});

test("keys such as __proto__ are keys like others, and change no object", () => {
  const document = JSON.parse(`{
    "kind": "Dashboard",
    "metadata": {"name": "made"},
    "spec": {
      "panels": {
        "__proto__": {"kind": "Panel", "spec": {"plugin": {"kind": "Markdown", "spec": {"text": "hi"}}}},
        "constructor": {"kind": "Panel", "spec": {"plugin": {"kind": "toString", "spec": {}}}}
      },
      "layouts": [{"kind": "Grid", "spec": {"items": [
        {"x": 0, "y": 0, "width": 1, "height": 1, "content": {"$ref": "#/spec/panels/__proto__"}},
        {"x": 0, "y": 1, "width": 1, "height": 1, "content": {"$ref": "#/spec/panels/constructor"}},
        {"x": 0, "y": 2, "width": 1, "height": 1, "content": {"$ref": "#/spec/panels/toString"}}
      ]}}]
    }
  }`);
  const [group] = readBoard(document, 1000).groups;
  expect(group?.items.map(({ panel }) => panel)).toMatchObject([
    { kind: "Markdown", spec: { text: "hi" } },
    { reason: "Panels of the kind toString cannot be shown here." },
    { reason: "#/spec/panels/toString: there is no such panel" },
  ]);
  expect(({} as Json)["kind"]).toBeUndefined();
});

test("what is too long, too deep or too much is refused with a reason", () => {
  const made = { kind: "Dashboard", metadata: { name: "made" }, spec: {} };
  expect(problemOf(made, 2_000_000)).toBe("it is longer than 1 MB");
  let deep: unknown = "end";
  for (let depth = 0; depth < 50_000; depth++) deep = [deep];
  expect(problemOf({ ...made, spec: { datasources: deep } })).toBe("it is nested too deeply");
  const keys = Array.from({ length: 201 }, (_, index) => `p${index}`);
  const many = Object.fromEntries(keys.map((key) => [key, {}]));
  expect(problemOf({ ...made, spec: { panels: many } })).toBe("it has more than 200 panels");
  const layouts = [gridOf(...keys.map(() => "one"))];
  expect(problemOf({ ...made, spec: { layouts } })).toBe("it has more than 200 panels");
});

test.each([
  [{}, "kind: it is missing"],
  [null, /^the whole: /],
  ["<script>", /^the whole: /],
  [{ kind: "Dashboard", metadata: {}, spec: {} }, "metadata.name: it is missing"],
  [
    { kind: "Dashboard", metadata: { name: "a b" }, spec: {} },
    "metadata.name: is no name: letters, digits, _ . and - are",
  ],
  [
    { kind: "Dashboard", metadata: { name: "a" }, spec: { layouts: {} } },
    /^spec\.layouts: Invalid type/,
  ],
  [
    { kind: "Dashboard", metadata: { name: "a" }, spec: { colour: 1 } },
    "spec.colour: there is no such field",
  ],
])("%j is no template", (document, problem) => {
  expect(problemOf(document)).toMatch(problem);
});
