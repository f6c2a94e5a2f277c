import { expect, test } from "vitest";
import { ALL } from "./choice.ts";
import { inOrder } from "./order.ts";
import { lackOf, resolve } from "./resolve.ts";
import type { Answer, Standings } from "./resolve.ts";
import { readVariable } from "./variables.ts";

function list(name: string, plugin: object, more: object = {}) {
  return { kind: "ListVariable", spec: { name, ...more, plugin } };
}

function text(name: string, value: string, more: object = {}) {
  return { kind: "TextVariable", spec: { name, value, ...more } };
}

function labels(labelName: string, ...matchers: string[]) {
  return { kind: "PrometheusLabelValuesVariable", spec: { labelName, matchers } };
}

interface World {
  readonly raw: readonly object[];
  readonly wanted?: Readonly<Record<string, readonly string[]>>;
  readonly answers?: Readonly<Record<string, Answer>>;
}

/** Questions are known by their label and matchers. */
function stand({ raw, wanted = {}, answers = {} }: World): Standings {
  const variables = raw.map((one) => readVariable(one, "at"));
  return resolve(
    variables,
    inOrder(variables),
    new Map(),
    (name) => wanted[name] ?? [],
    (ask) => answers[JSON.stringify("matchers" in ask ? ask.matchers : ask.expression)],
  );
}

const CHAIN = [
  list("plane", labels("id", 'up{environment="$environment"}')),
  list("environment", labels("environment", "up")),
];
const ENVIRONMENTS = { '["up"]': { kind: "values", values: ["dev", "prod"] } } as const;

test("what a list needs is asked for first, whatever the template's order", () => {
  const standings = stand({ raw: CHAIN });
  expect(standings.asks).toEqual([{ kind: "values", label: "environment", matchers: ["up"] }]);
  expect(standings.all.map(({ variable }) => variable.name)).toEqual(["plane", "environment"]);
  expect(standings.all.map(({ isWaiting }) => isWaiting)).toEqual([true, true]);
  expect(lackOf("plane", standings)).toBeUndefined();
});

test("the next list asks with what the first one stands at, and again when that changes", () => {
  const world = { raw: CHAIN, answers: ENVIRONMENTS };
  expect(stand(world).asks[1]).toMatchObject({ matchers: ['up{environment="dev"}'] });
  const wanted = { environment: ["prod"] };
  expect(stand({ ...world, wanted }).asks[1]).toMatchObject({
    matchers: ['up{environment="prod"}'],
  });
});

test("a list that got no answer says why, and so does what needs it", () => {
  const answers = { '["up"]': { kind: "failed", reason: "The control plane is away." } } as const;
  const standings = stand({ raw: CHAIN, answers });
  expect(standings.all.map(({ problem }) => problem)).toEqual([
    "it needs environment, which has no value",
    "The control plane is away.",
  ]);
  expect(lackOf("environment", standings)).toBe(
    "environment has no value: The control plane is away.",
  );
});

test("what the reader chose stays, although it is not there now", () => {
  const wanted = { environment: ["gone"] };
  const { values } = stand({ raw: CHAIN, wanted, answers: ENVIRONMENTS });
  expect(values.get("environment")?.texts).toEqual(["gone"]);
});

test("a list begins at its default, else at all, else at the first", () => {
  const statics = {
    kind: "StaticListVariable",
    spec: { values: ["a", { value: "b", label: "B" }] },
  };
  const begin = (more: object) => stand({ raw: [list("v", statics, more)] }).all[0]?.chosen?.values;
  expect(begin({})).toEqual(["a"]);
  expect(begin({ defaultValue: "b" })).toEqual(["b"]);
  expect(begin({ defaultValue: "not there" })).toEqual(["a"]);
  expect(begin({ allowAllValue: true })).toEqual([ALL]);
  expect(begin({ allowMultiple: true, defaultValue: ["b", "a"] })).toEqual(["b", "a"]);
});

test("all is every value, or what the template says instead", () => {
  const statics = { kind: "StaticListVariable", spec: { values: ["a", "b"] } };
  const value = (more: object) =>
    stand({ raw: [list("v", statics, { allowAllValue: true, ...more })] }).values.get("v");
  expect(value({})).toMatchObject({ texts: ["a", "b"], isList: true });
  expect(value({ customAllValue: ".+" })).toMatchObject({ texts: [".+"], isList: false });
});

test("a constant does not listen to the address", () => {
  const wanted = { v: ["other"] };
  const fixed = [text("v", "own", { constant: true })];
  expect(stand({ raw: fixed, wanted }).values.get("v")?.texts).toEqual(["own"]);
  expect(stand({ raw: [text("v", "own")], wanted }).values.get("v")).toMatchObject({
    texts: ["other"],
    origin: "reader",
  });
});

test("values are captured, each once, and sorted", () => {
  const more = { capturingRegexp: "^(.*):", sort: "alphabetical-desc" };
  const answers = { '["up"]': { kind: "values", values: ["a:1", "b:1", "a:2", "none"] } } as const;
  const { all } = stand({ raw: [list("v", labels("instance", "up"), more)], answers });
  expect(all[0]?.options.map(({ value }) => value)).toEqual(["b", "a"]);
});

test("a pattern that never ends is named instead of tried", () => {
  const raw = [list("v", labels("instance", "up"), { capturingRegexp: "(a+)+$" })];
  const answers = { '["up"]': { kind: "values", values: ["a".repeat(50)] } } as const;
  expect(stand({ raw, answers }).all[0]?.problem).toBe("the pattern (a+)+$ cannot be used here");
});

test("names such as those of every object are names like others", () => {
  const { values } = stand({ raw: [text("__proto__", "v"), text("constructor", "v")] });
  expect([...values.keys()]).toEqual(["__proto__", "constructor"]);
  expect(({} as Record<string, unknown>)["texts"]).toBeUndefined();
});
