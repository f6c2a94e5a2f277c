import fc from "fast-check";
import { expect, test } from "vitest";
import { parseMarkdown } from "../markdown/blocks.ts";
import { plainText } from "../markdown/inline.ts";
import type { GridSeries } from "../series/series.ts";
import { eventsOf } from "./events.ts";
import type { Evidence } from "./events.ts";
import { plain, toMarkdown } from "./markdown.ts";
import { spansOver } from "./spans-over.ts";
import { headlineOf, scopeOf, tell } from "./words.ts";

const _ = Number.NaN;
const GRID = { start: 1_790_000_000, step: 60, count: 10 };
const PROD = {
  name: "prod",
  title: "Production",
  thresholds: { error_ratio: 0.05, p95_seconds: 0.5, freshness_seconds: 30 },
};

function series(labels: Record<string, string>, ...values: number[]): GridSeries {
  return { labels, start: GRID.start, step: GRID.step, values: Float64Array.from(values) };
}

const NOTHING: Evidence = {
  alerts: [],
  errors: [],
  p95: [],
  versions: [],
  faults: [],
  silent: [],
  silentCounts: [],
};
const alert = (state: string, environment: string, ...values: number[]) =>
  series({ alertname: "Slow", severity: "critical", environment, alertstate: state }, ...values);

const INCIDENT: Evidence = {
  alerts: [
    alert("pending", "prod", _, _, _, _, 1),
    alert("firing", "prod", _, _, _, _, _, 1, 1, 1, 1, 1),
    series({ alertname: "Old", severity: "warning", alertstate: "firing" }, 1, 1, 1),
  ],
  errors: [series({ environment: "prod" }, 0, 0.01, 0.05, 0, 0, 0, 0, 0, 0, 0)],
  p95: [series({ environment: "prod" }, 0.1, 0.1, 0.1, 0.6, 1.24, 0.9, 0.1, 0.1, 0.1, 0.1)],
  versions: [
    series({ environment: "prod", service_version: "1.0" }, 1, 1),
    series({ environment: "prod", service_version: "1.1" }, _, _, 1, 1, 1, 1, 1, 1, 1, 1),
  ],
  faults: [series({ environment: "prod", fault_kind: "latency" }, _, _, _, 1, 1, 1)],
  silent: [series({ environment: "prod", data_plane_id: "p1" }, _, _, _, _, _, _, _, _, 1, 1)],
  silentCounts: [series({ environment: "prod" }, _, _, _, _, _, _, _, _, 1, 1)],
};

function toldOf(evidence: Evidence) {
  return eventsOf(evidence, [PROD], GRID).map((event) => tell(event, "UTC"));
}

test("an incident is told in the order of time, with what began earlier and what goes on", () => {
  expect(toldOf(INCIDENT).map(({ time, text }) => `${time}: ${text}`)).toEqual([
    "before 21 Sept 14:13:20 to 14:15:20 (2 min): Alert Old (warning) fired in the control plane",
    "21 Sept 14:15:20: Version 1.1 was deployed in Production",
    "21 Sept 14:16:20 to 14:18:20 (2 min): A fault (latency) was injected in Production",
    "21 Sept 14:16:20 to 14:18:20 (2 min): The p95 latency of Production was over 500 ms, at most 1.24 s at 14:17:20",
    "since 21 Sept 14:18:20: Alert Slow (critical) fires in Production",
    "since 21 Sept 14:21:20: Data plane p1 of Production sends no metrics",
  ]);
});

test("the headline says where, since when, how badly and what may explain it", () => {
  expect(headlineOf(eventsOf(INCIDENT, [PROD], GRID), "UTC")).toBe(
    "Trouble in the control plane and Production, since before 21 Sept 14:13:20: 2 alerts, " +
      "1 still firing; p95 latency of Production up to 1.24 s; 1 data plane silent; " +
      "1 deploy and 1 injected fault in this range.",
  );
});

test("what is over is told in the past, and what never was is not claimed", () => {
  const over = { ...NOTHING, p95: INCIDENT.p95 };
  expect(headlineOf(eventsOf(over, [PROD], GRID), "UTC")).toBe(
    "There was trouble in Production, 21 Sept 14:16:20 to 14:18:20: " +
      "p95 latency of Production up to 1.24 s.",
  );
  expect(headlineOf([], "UTC")).toBe("Nothing went wrong.");
  const deployed = eventsOf({ ...NOTHING, versions: INCIDENT.versions }, [PROD], GRID);
  expect(headlineOf(deployed, "UTC")).toBe("Nothing went wrong; 1 deploy in this range.");
});

test("times are those of the reader's zone, which is named", () => {
  const span = { start: GRID.start, end: GRID.start + 540 };
  expect(scopeOf(span, ["dev", "Production"], "Asia/Tokyo")).toBe(
    "21 Sept 23:13:20 to 23:22:20 (Asia/Tokyo), dev, Production and the control plane",
  );
});

test("a silence that is shorter than metrics may be old is none", () => {
  const grid = { ...GRID, step: 10 };
  const silent = (...values: number[]) => {
    const one = series({ environment: "prod", data_plane_id: "p1" }, ...values);
    return eventsOf({ ...NOTHING, silent: [{ ...one, step: 10 }] }, [PROD], grid);
  };
  expect(silent(_, 1, 1)).toEqual([]);
  expect(silent(_, 1, 1, 1)).toMatchObject([{ kind: "silence", planes: ["p1"] }]);
});

test("data planes that fell silent together are told of together", () => {
  const silent = ["a", "b", "c", "d", "e"].map((plane) =>
    series({ environment: "prod", data_plane_id: plane }, _, 1, 1),
  );
  expect(toldOf({ ...NOTHING, silent })).toEqual([
    {
      time: "21 Sept 14:14:20 to 14:15:20 (1 min)",
      text: "5 data planes of Production sent no metrics: a, b, c and 2 more",
    },
  ]);
});

test("over a limit is more than the limit, and one point below it ends nothing", () => {
  const line = series({}, 1, 2, 1, 3, 1, 1, 2);
  expect(spansOver(line, 1)).toEqual([
    { start: GRID.start + 60, end: GRID.start + 180, peak: 3, peakAt: GRID.start + 180 },
    { start: GRID.start + 360, end: GRID.start + 360, peak: 2, peakAt: GRID.start + 360 },
  ]);
});

test("the copied summary reads like the shown one", () => {
  const told = toldOf(INCIDENT);
  const [heading, paragraph, list] = parseMarkdown(
    toMarkdown({ headline: "A *b*", scope: "now", told }),
  );
  expect(heading).toMatchObject({ kind: "heading", children: [{ text: "A *b*" }] });
  expect(paragraph).toMatchObject({ kind: "paragraph", children: [{ text: "now" }] });
  const items = list?.kind === "list" ? list.items : [];
  expect(items.map(({ children }) => plainText(children))).toEqual(
    told.map(({ time, text }) => `${time} ${text}`),
  );
});

test("nothing happened has no list", () => {
  expect(toMarkdown({ headline: "Quiet.", scope: "now", told: [] })).toBe("# Quiet.\n\nnow\n");
});

const label = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "**",
        "`",
        "[x](http://y)",
        "\n# x",
        "\n- y",
        "<b>",
        "\\",
        "|",
        "_",
        "http://z",
      ),
      fc.string({ maxLength: 5 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

test("no label forges Markdown", () => {
  fc.assert(
    fc.property(label, (text) => {
      const markdown = toMarkdown({ headline: "h", scope: "s", told: [{ time: "t", text }] });
      const blocks = parseMarkdown(markdown);
      expect(blocks.map(({ kind }) => kind)).toEqual(["heading", "paragraph", "list"]);
      const [, , list] = blocks;
      const items = list?.kind === "list" ? list.items : [];
      expect(items).toHaveLength(1);
      const kinds = items[0]?.children.map(({ kind }) => kind);
      expect(["strong", "strong,text"]).toContain(kinds?.join());
    }),
    { numRuns: 500 },
  );
});

test.each([
  ["a@b http://c www.d", String.raw`a\@b http\://c www\.d`],
  ["one\ntwo\u202Ethree", "one two three"],
  ["dp-prod-01 (critical) p95 1.24 s", "dp-prod-01 (critical) p95 1.24 s"],
])("%j is copied as %j", (text, copied) => {
  expect(plain(text)).toBe(copied);
});

test("of many silent data planes some are named, and all are counted", () => {
  const silent = ["p1", "p2", "p3", "p4"].map((id) =>
    series({ environment: "prod", data_plane_id: id }, _, _, 1, 1, 1, _, _, _, _, _),
  );
  const counts = [series({ environment: "prod" }, _, _, 953, 953, 953, _, _, _, _, _)];
  const evidence = { ...NOTHING, silent, silentCounts: counts };
  expect(toldOf(evidence).map(({ text }) => text)).toEqual([
    "953 data planes of Production sent no metrics: p1, p2, p3 and 950 more",
  ]);
  expect(headlineOf(eventsOf(evidence, [PROD], GRID), "UTC")).toContain("953 data planes silent");
});

test("those whom nobody names are told for themselves where they were silent for another time", () => {
  const silent = [
    series({ environment: "prod", data_plane_id: "p1" }, _, _, 1, 1, 1, 1, 1, 1, 1, 1),
  ];
  const counts = [series({ environment: "prod" }, _, _, 1, 1, 41, 41, 31, 1, 1, 1)];
  expect(toldOf({ ...NOTHING, silent, silentCounts: counts }).map(({ text }) => text)).toEqual([
    "Data plane p1 of Production sends no metrics",
    "40 more data planes of Production sent no metrics",
  ]);
});
