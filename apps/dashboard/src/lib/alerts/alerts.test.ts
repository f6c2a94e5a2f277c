import { describe, expect, test } from "vitest";
import { parseMarkdown } from "../markdown/blocks.ts";
import type { GridSeries } from "../series/series.ts";
import { historyOf } from "./history.ts";
import { placesOf, ruleNames } from "./rules.ts";
import type { ActiveAlert, AlertRule } from "./rules.ts";
import { runbookOf, sectionOf } from "./runbook.ts";

const _ = Number.NaN;

function active(
  environment: string | undefined,
  severity: string,
  since: number,
  state: ActiveAlert["state"] = "firing",
): ActiveAlert {
  const labels = { severity, ...(environment === undefined ? {} : { environment }) };
  return { labels, state, since, value: 1, summary: undefined, description: undefined };
}

function rule(name: string, ...alerts: ActiveAlert[]): AlertRule {
  return {
    name,
    severity: alerts[0]?.labels["severity"] ?? "warning",
    patience: 60,
    expression: "up == 0",
    error: undefined,
    summary: undefined,
    runbook: undefined,
    alerts,
  };
}

function told(
  rules: AlertRule[],
  isShown: (environment: string | undefined) => boolean = () => true,
) {
  return placesOf(rules, isShown).map(({ environment, entries }) => [
    environment,
    ...entries.map(({ name, severity, state }) => `${name} ${severity} ${state}`),
  ]);
}

describe("what is active", () => {
  test("stands by environment, the worst first, and the control plane among them", () => {
    const rules = [
      rule("Disk", active("dev", "warning", 5), active(undefined, "critical", 9)),
      rule("Slow", active("dev", "critical", 7), active("qa", "warning", 1)),
    ];
    expect(told(rules)).toEqual([
      ["dev", "Slow critical firing", "Disk warning firing"],
      [undefined, "Disk critical firing"],
      ["qa", "Slow warning firing"],
    ]);
  });

  test("is pending only below everything that fires", () => {
    const rules = [
      rule("A", active("dev", "critical", 1, "pending")),
      rule("B", active("qa", "warning", 2)),
    ];
    expect(told(rules)).toEqual([
      ["qa", "B warning firing"],
      ["dev", "A critical pending"],
    ]);
  });

  test("has one entry for a name, with the worst severity and the earliest beginning", () => {
    const rules = [
      rule("Burn", active("qa", "warning", 3)),
      rule("Burn", active("qa", "critical", 8)),
    ];
    const [place] = placesOf(rules, () => true);
    expect(place?.entries).toMatchObject([
      { name: "Burn", severity: "critical", since: 3, alerts: [{ since: 8 }, { since: 3 }] },
    ]);
  });

  test("leaves out the one that always fires, and who is not chosen", () => {
    const rules = [rule("Watchdog", active(undefined, "none", 1)), rule("A", active("qa", "x", 1))];
    expect(told(rules)).toEqual([["qa", "A x firing"]]);
    expect(told(rules, (environment) => environment === undefined)).toEqual([]);
  });
});

test("rules are told by name: what fires, what was active, what is quiet, what is blind", () => {
  const rules = [
    rule("Fires", active("qa", "warning", 1)),
    rule("Fires"),
    { ...rule("Blind"), error: "timeout" },
    rule("Past"),
    rule("Watchdog"),
  ];
  const names = ruleNames(
    rules,
    placesOf(rules, () => true),
    new Set(["Past"]),
  );
  expect(names.map(({ name, state, error }) => [name, state, error])).toEqual([
    ["Blind", "quiet", "timeout"],
    ["Fires", "firing", undefined],
    ["Past", "was active", undefined],
  ]);
});

function series(labels: Record<string, string>, ...values: number[]): GridSeries {
  return { labels, start: 1000, step: 10, values: Float64Array.from(values) };
}

test("history is one line for a name, a severity and an environment", () => {
  const slow = { alertname: "Slow", severity: "critical", environment: "qa" };
  const lines = historyOf([
    series({ alertname: "Disk", severity: "warning", alertstate: "firing" }, 1, 1),
    series({ ...slow, alertstate: "pending" }, _, 1),
    series({ ...slow, alertstate: "firing" }, _, _, 1, 1, _, _, 1),
  ]);
  expect(lines).toEqual([
    {
      name: "Slow",
      severity: "critical",
      environment: "qa",
      pending: [{ start: 1010, end: 1010 }],
      firing: [
        { start: 1020, end: 1030 },
        { start: 1060, end: 1060 },
      ],
      lasted: 30,
    },
    expect.objectContaining({ name: "Disk", environment: undefined, lasted: 20 }),
  ]);
});

test.each([
  [undefined, { kind: "none" }],
  ["", { kind: "none" }],
  ["docs/runbooks.md#watchdog", { kind: "section", anchor: "watchdog" }],
  ["https://wiki/x#y", { kind: "page", address: "https://wiki/x#y" }],
  ["docs/runbooks.md", { kind: "unknown", address: "docs/runbooks.md" }],
  ["javascript:alert(1)#x", { kind: "unknown", address: "javascript:alert(1)#x" }],
])("the runbook %j is %j", (address, runbook) => {
  expect(runbookOf(address)).toEqual(runbook);
});

test("a section goes to the next heading of its rank, and has those below it", () => {
  const blocks = parseMarkdown("# A\n\n## B\n\nb\n\n### C\n\nc\n\n## D\n\nd");
  expect(sectionOf(blocks, "b")?.map(({ kind }) => kind)).toEqual([
    "paragraph",
    "heading",
    "paragraph",
  ]);
  expect(sectionOf(blocks, "d")).toHaveLength(1);
  expect(sectionOf(blocks, "nobody")).toBeUndefined();
});
