// What a browser has to fetch, as nginx sends it: gzipped. Exits with 1 over a budget. What
// index.html names comes at once, the rest when somebody opens what needs it.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);
const index = readFileSync(new URL("index.html", dist), "utf8");
const BUDGETS = { "JavaScript before charts": 240, "chart chunk": 205, CSS: 30 };

function kindOf(file) {
  if (file.endsWith(".css")) return "CSS";
  if (!file.endsWith(".js")) return undefined;
  if (file.startsWith("echarts-")) return "chart chunk";
  return index.includes(`/assets/${file}`) ? "JavaScript before charts" : "JavaScript later";
}

const kilobytes = Object.fromEntries(Object.keys(BUDGETS).map((kind) => [kind, 0]));
for (const file of readdirSync(new URL("assets/", dist))) {
  const kind = kindOf(file);
  const size = () => gzipSync(readFileSync(new URL(`assets/${file}`, dist)), { level: 9 }).length;
  if (kind) kilobytes[kind] = (kilobytes[kind] ?? 0) + size() / 1000;
}
for (const [kind, size] of Object.entries(kilobytes)) {
  const most = BUDGETS[kind];
  const over = most !== undefined && size > most;
  const told = most === undefined ? "" : ` of ${most}`;
  console.log(`${kind}: ${size.toFixed(1)}${told} KB${over ? ", too much" : ""}`);
  if (over) process.exitCode = 1;
}
