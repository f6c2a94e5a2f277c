import type { IncomingMessage, ServerResponse } from "node:http";
import { chosenBy, evaluate } from "./answers.ts";
import { rulesOf } from "./rules.ts";
import type { World } from "./world.ts";

export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** What the control plane's nginx would answer, undefined for what is no question to it. */
export function reply(world: World, path: string): Reply | undefined {
  const { pathname, searchParams } = new URL(path, "http://localhost");
  if (pathname === "/config.json") return json(world.configuration());
  if (pathname === "/runbooks.md")
    return { status: world.runbooks ? 200 : 404, body: world.runbooks ?? "" };
  const template = /^\/templates\/(.+)\.json$/.exec(pathname)?.[1];
  const body = template && world.templates.get(template);
  if (body) return { status: 200, body };
  if (!pathname.startsWith("/api/v1/")) return undefined;
  if (world.outage) return world.outage;
  if (pathname === "/api/v1/rules") return json({ status: "success", ...rulesOf(world) });
  const expression = searchParams.get("query") ?? "";
  if (pathname === "/api/v1/query") {
    const time = Number(searchParams.get("time"));
    const result = evaluate(world, expression, time).map(({ labels, value }) => ({
      metric: labels,
      value: [time, String(value)],
    }));
    return answered(world, "vector", result);
  }
  const label = /^\/api\/v1\/label\/(\w+)\/values$/.exec(pathname)?.[1];
  if (label !== undefined)
    return json({ status: "success", data: labelValues(world, label, searchParams) });
  const [start, end, step] = ["start", "end", "step"].map((name) => Number(searchParams.get(name)));
  return answered(world, "matrix", matrix(world, expression, start ?? 0, end ?? 0, step ?? 1));
}

/** The values of a label that data planes have, among those that a matcher names. */
function labelValues(world: World, label: string, words: URLSearchParams): string[] {
  const matcher = words.get("match[]") ?? "";
  const chosen = chosenBy(matcher, world.planes);
  const values = chosen.map(({ id, environment }) => (label === "environment" ? environment : id));
  return [...new Set(values)];
}

function matrix(world: World, expression: string, start: number, end: number, step: number) {
  const series = new Map<string, { metric: object; values: [number, string][] }>();
  for (let time = start; time <= end; time += step) {
    for (const { labels, value } of evaluate(world, expression, time)) {
      const key = JSON.stringify(labels);
      const one = series.get(key) ?? { metric: labels, values: [] };
      one.values.push([time, String(value)]);
      series.set(key, one);
    }
  }
  return [...series.values()];
}

function answered({ warnings, infos }: World, resultType: string, result: unknown[]): Reply {
  const said = {
    ...(warnings.length > 0 ? { warnings } : {}),
    ...(infos.length > 0 ? { infos } : {}),
  };
  return json({ status: "success", data: { resultType, result }, ...said });
}

function json(body: unknown): Reply {
  return { status: 200, body: JSON.stringify(body) };
}

/** Answers a request from a world; false if it is none of its business. */
export function serve(world: World, request: IncomingMessage, response: ServerResponse): boolean {
  const answer = reply(world, request.url ?? "/");
  if (answer === undefined) return false;
  response.writeHead(answer.status, { "Content-Type": "application/json" });
  response.end(answer.body);
  return true;
}
