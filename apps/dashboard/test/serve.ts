// Serves the built dashboard over made data, with the headers that it has on a control plane:
// node test/serve.ts [PORT] [incident|many|broken]
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { serve } from "./backend.ts";
import { broken, incident, many } from "./incident.ts";

const [port = "4173", name = "incident"] = process.argv.slice(2);
const worlds = { incident, many, broken };
const world = worlds[name as keyof typeof worlds](Date.now() / 1000);
const dist = join(import.meta.dirname, "..", "dist");

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

function file(path: string): { body: Buffer; type: string } {
  const wanted = extname(path) === "" ? "/index.html" : normalize(path);
  return { body: readFileSync(join(dist, wanted)), type: TYPES[extname(wanted)] ?? "text/plain" };
}

createServer((request, response) => {
  if (serve(world, request, response)) return;
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
