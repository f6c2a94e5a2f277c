// Serves the built dashboard with the headers that it has on a control plane, over made data or
// over a real control plane's dashboard that asks for no password:
// node test/serve.ts [PORT] [incident|many|broken|thousand|http://HOST:PORT]
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import { serve } from "./backend.ts";
import { broken, incident, many, thousand } from "./incident.ts";

const [port = "4173", source = "incident"] = process.argv.slice(2);
const worlds = { incident, many, broken, thousand };
const dist = join(import.meta.dirname, "..", "dist");

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** Says whether it answers a request. */
type Backend = (request: IncomingMessage, response: ServerResponse) => boolean;

function backendOf(name: string): Backend {
  if (name.startsWith("http://")) return (request, response) => forward(name, request, response);
  const world = worlds[name as keyof typeof worlds](Date.now() / 1000);
  return (request, response) => serve(world, request, response);
}

function forward(origin: string, request: IncomingMessage, response: ServerResponse): boolean {
  const path = request.url ?? "/";
  if (!/^\/(api\/|config\.json|runbooks)/.test(path)) return false;
  pass(new URL(path, origin), response).catch((error: unknown) =>
    response.writeHead(502).end(String(error)),
  );
  return true;
}

async function pass(address: URL, response: ServerResponse) {
  const answer = await fetch(address);
  const type = answer.headers.get("Content-Type") ?? "text/plain";
  response.writeHead(answer.status, { "Content-Type": type });
  response.end(Buffer.from(await answer.arrayBuffer()));
}

function file(path: string): { body: Buffer; type: string } {
  const isPage = extname(path) === "" || path.startsWith("/dashboards/");
  const wanted = isPage ? "/index.html" : normalize(path);
  return { body: readFileSync(join(dist, wanted)), type: TYPES[extname(wanted)] ?? "text/plain" };
}

const answer = backendOf(source);
createServer((request, response) => {
  if (answer(request, response)) return;
  try {
    const { body, type } = file(new URL(request.url ?? "/", "http://localhost").pathname);
    response.writeHead(200, {
      "Content-Type": type,
      "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'",
    });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
}).listen(Number(port), "127.0.0.1", () => console.log(`http://localhost:${port}/`));
