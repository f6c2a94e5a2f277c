import { readFileSync } from "node:fs";
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { open } from "../../../test/render.tsx";
import { World } from "../../../test/world.ts";

type Json = Record<string, unknown>;

function shipped(world: World, name: string) {
  world.templates.set(name, readFileSync(`public/templates/${name}.json`, "utf8"));
}

function asks(query: string, more: Json = {}) {
  const spec = { query, ...more };
  return {
    kind: "TimeSeriesQuery",
    spec: { plugin: { kind: "PrometheusTimeSeriesQuery", spec } },
  };
}

function panel(title: string, kind: string, spec: Json, ...queries: object[]) {
  return { kind: "Panel", spec: { display: { name: title }, plugin: { kind, spec }, queries } };
}

const CHART = (title: string, query: string, more: Json = {}) =>
  panel(title, "TimeSeriesChart", {}, asks(query, more));

interface Template {
  readonly panels: readonly object[];
  readonly variables?: readonly object[];
  /** What each group is besides its panels; all panels are in each. */
  readonly groups?: readonly Json[];
}

/** Opens a dashboard of a template in front of a world. */
function openBoard({ panels, variables = [], groups = [{}] }: Template, world: World, words = "") {
  const keys = panels.map((_, index) => `p${index}`);
  const items = keys.map((key, index) => ({
    x: 0,
    y: index,
    width: 24,
    height: 6,
    content: { $ref: `#/spec/panels/${key}` },
  }));
  const spec = {
    variables,
    panels: Object.fromEntries(keys.map((key, index) => [key, panels[index]])),
    layouts: groups.map((group) => ({ kind: "Grid", spec: { items, ...group } })),
  };
  const document = { kind: "Dashboard", metadata: { name: "made" }, spec };
  world.templates.set("made", JSON.stringify(document));
  return open(world, `/dashboards/made${words}`);
}

function list(name: string, labelName: string, matcher: string, more: Json = {}) {
  const plugin = {
    kind: "PrometheusLabelValuesVariable",
    spec: { labelName, matchers: [matcher] },
  };
  return { kind: "ListVariable", spec: { name, plugin, ...more } };
}

function text(name: string, value: string, more: Json = {}) {
  return { kind: "TextVariable", spec: { name, value, ...more } };
}

async function linesIn(name: string): Promise<string[]> {
  const region = await screen.findByRole("region", { name });
  const items = await within(region).findAllByRole("listitem");
  return items.map((item) => item.querySelector("button")?.textContent ?? "");
}

function queriesIn(asked: readonly string[]): string[] {
  return asked.flatMap((path) => new URL(path, "http://x").searchParams.getAll("query"));
}

const RATE = 'environment:http_requests:rate1m{environment=~"$environment"}';
const ENVIRONMENT = list("environment", "environment", "up", {
  allowMultiple: true,
  allowAllValue: true,
});

test("a shipped dashboard shows all environments, then the chosen one", async () => {
  const world = new World({ prod: 2, dev: 1 });
  shipped(world, "golden-signals");
  const { router } = open(world, "/dashboards/golden-signals");
  expect(await screen.findByRole("heading", { level: 1 })).toHaveTextContent("Golden signals");
  expect(await linesIn("Request rate")).toEqual(["dev", "prod"]);
  await userEvent.click(screen.getByRole("button", { name: "Environment: All (2)" }));
  await userEvent.click(await screen.findByRole("checkbox", { name: "prod" }));
  await waitFor(async () => expect(await linesIn("Request rate")).toEqual(["prod"]));
  expect(router.state.location.searchStr).toBe("?env=prod");
  const routes = await screen.findByRole("region", { name: "Routes: table" });
  expect(within(routes).getAllByRole("row").length).toBeGreaterThan(2);
});

test("a dashboard follows the environments that are chosen above", async () => {
  const world = new World({ prod: 2, dev: 1 });
  openBoard({ panels: [CHART("Rate", RATE)], variables: [ENVIRONMENT] }, world, "?env=dev");
  expect(await linesIn("Rate")).toEqual(["dev"]);
  expect(screen.getByRole("button", { name: "environment: dev" })).toBeVisible();
});

test("the next list asks again when the one before it changes, and the address keeps both", async () => {
  const world = new World({ prod: 2, dev: 1 });
  const chain = [
    list("plane", "data_plane_id", 'up{environment="$where"}'),
    list("where", "environment", "up"),
  ];
  const rate = 'data_plane:http_requests:rate1m{data_plane_id="$plane"}';
  const { router, asked } = openBoard(
    {
      panels: [CHART("Rate", rate, { seriesNameFormat: "of {{data_plane_id}}" })],
      variables: chain,
    },
    world,
  );
  expect(await linesIn("Rate")).toEqual(["of dp-prod-01"]);
  await userEvent.selectOptions(await screen.findByLabelText("where"), "dev");
  await waitFor(async () => expect(await linesIn("Rate")).toEqual(["of dp-dev-01"]));
  expect(router.state.location.searchStr).toBe("?var-where=dev");
  const matchers = asked
    .filter((path) => path.includes("/label/data_plane_id/"))
    .map((path) => new URL(path, "http://x").searchParams.get("match[]"));
  expect(matchers).toEqual(['up{environment="prod"}', 'up{environment="dev"}']);
});

test("a text is taken once it is complete; hidden and fixed ones are not offered", async () => {
  const { router, asked } = openBoard(
    {
      panels: [CHART("Rate", 'environment:http_requests:rate1m{environment=~"$filter",a="$b$c"}')],
      variables: [
        text("filter", "prod"),
        text("b", "1", { display: { hidden: true } }),
        text("c", "2", { constant: true }),
      ],
    },
    new World({ prod: 1 }),
    "?var-c=9",
  );
  const field = await screen.findByRole("textbox", { name: "filter" });
  expect(screen.getAllByRole("textbox")).toHaveLength(1);
  await userEvent.clear(field);
  await userEvent.type(field, 'x"y{enter}');
  await waitFor(() => expect(router.state.location.search).toMatchObject({ "var-filter": 'x"y' }));
  const wanted = String.raw`environment:http_requests:rate1m{environment=~"x\"y",a="12"}`;
  await waitFor(() => expect(queriesIn(asked)).toContain(wanted));
});

test("a hostile template does no harm, and what is right of it works", async () => {
  const html = '<img src=x onerror="alert(1)"><script>alert(2)</script>';
  const link = `[a](javascript:alert(3)) ${html} [b](https://example.org/)`;
  const { asked } = openBoard(
    {
      panels: [
        panel(html, "Markdown", { text: link }),
        panel("Flames", "FlameChart", { html }),
        panel("Wrong", "StatChart", { calculation: html }),
        CHART("Lost", 'x{a="$loop"}'),
        CHART("Rate", 'environment:http_requests:rate1m{environment="prod"}', {
          seriesNameFormat: html,
        }),
      ],
      variables: [list("loop", "l", "up{a='$loop'}"), text("__proto__", html)],
      groups: [{ display: { title: html } }],
    },
    new World({ prod: 1 }),
  );
  expect(await linesIn("Rate")).toEqual([html]);
  expect(document.querySelector("main img, main script")).toBeNull();
  const links = screen.getAllByRole("link").map((one) => one.getAttribute("href"));
  expect(links.filter((href) => !href?.startsWith("/"))).toEqual(["https://example.org/"]);
  expect(screen.getByText("Panels of the kind FlameChart cannot be shown here.")).toBeVisible();
  expect(screen.getByText(/^spec\.panels\.p2\.spec\.plugin\.spec\.calculation: /)).toBeVisible();
  expect(screen.getByText("it depends on itself: loop → loop")).toBeVisible();
  expect(screen.getByText("loop has no value: it depends on itself: loop → loop.")).toBeVisible();
  expect(asked.filter((path) => path.startsWith("http"))).toEqual([]);
});

test("what is folded asks nothing until it is opened", async () => {
  const display = { title: "Later", collapse: { open: false } };
  const { asked } = openBoard(
    {
      panels: [CHART("Rate", 'environment:http_requests:rate1m{environment="prod"}')],
      groups: [{ display }],
    },
    new World({ prod: 1 }),
  );
  const fold = await screen.findByRole("button", { name: "Later", expanded: false });
  expect(queriesIn(asked)).toEqual([]);
  await userEvent.click(fold);
  expect(await linesIn("Rate")).toEqual(["prod"]);
});

test("a group is repeated for each chosen value", async () => {
  openBoard(
    {
      panels: [CHART("Rate", RATE, { seriesNameFormat: "{{environment}}" })],
      variables: [ENVIRONMENT],
      groups: [{ display: { title: "Of $environment" }, repeatVariable: "environment" }],
    },
    new World({ prod: 1, dev: 1 }),
  );
  expect(await screen.findByRole("heading", { name: "Of prod" })).toBeVisible();
  expect(screen.getByRole("heading", { name: "Of dev" })).toBeVisible();
  const panels = screen.getAllByRole("region", { name: "Rate" });
  const [first, second] = await Promise.all(
    panels.map((one) => within(one).findByRole("listitem")),
  );
  expect(first).toHaveTextContent("prod");
  expect(second).toHaveTextContent("dev");
});

test("of very many lines the highest are drawn, and the rest is counted", async () => {
  openBoard(
    { panels: [CHART("Rate", 'data_plane:http_requests:rate1m{environment="prod"}')] },
    new World({ prod: 60 }),
  );
  expect(await linesIn("Rate")).toHaveLength(50);
  expect(screen.getByText("the 50 highest of 60 lines")).toBeVisible();
});

test("what a template wants and is not drawn is at hand", async () => {
  const stacked = panel(
    "Stacked",
    "TimeSeriesChart",
    { visual: { stack: "all" } },
    asks('environment:http_requests:rate1m{environment="prod"}'),
  );
  openBoard({ panels: [stacked] }, new World({ prod: 1 }));
  await userEvent.click(await screen.findByRole("button", { name: "1 remark" }));
  expect(
    await screen.findByText("The template also asks for stacking, which is not drawn here."),
  ).toBeVisible();
});

test("a template that is wrong as a whole is one line", async () => {
  const world = new World({ prod: 1 });
  world.templates.set(
    "made",
    '{"kind": "Dashboard", "metadata": {"name": "made"}, "spec": {"x": 1}}',
  );
  open(world, "/dashboards/made");
  expect(await screen.findByRole("alert")).toHaveTextContent(
    "Its template is wrong: spec.x: there is no such field.",
  );
});

test("a name that no template has says so", async () => {
  open(new World({ prod: 1 }), "/dashboards/nothing");
  expect(await screen.findByRole("heading", { level: 1 })).toHaveTextContent(
    "There is no dashboard nothing",
  );
});
