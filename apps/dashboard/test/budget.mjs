// What a browser has to fetch, as nginx sends it: gzipped. Exits with 1 over a budget.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const folder = new URL("../dist/assets/", import.meta.url);
const BUDGETS = { "JavaScript before charts": 240, "chart chunk": 205, CSS: 30 };

const kilobytes = { "JavaScript before charts": 0, "chart chunk": 0, CSS: 0 };
for (const file of readdirSync(folder)) {
  const kind = file.endsWith(".css")
    ? "CSS"
    : file.startsWith("echarts-")
      ? "chart chunk"
      : file.endsWith(".js")
        ? "JavaScript before charts"
        : undefined;
  if (kind)
    kilobytes[kind] += gzipSync(readFileSync(new URL(file, folder)), { level: 9 }).length / 1000;
}
for (const [kind, size] of Object.entries(kilobytes)) {
  const over = size > BUDGETS[kind];
  console.log(`${kind}: ${size.toFixed(1)} of ${BUDGETS[kind]} KB${over ? ", too much" : ""}`);
  if (over) process.exitCode = 1;
}
