// Builds the pages of this folder as the dashboard itself is built, and serves them. They stay out
// of the dashboard's own bundle, which knows no page but index.html.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, preview } from "vite";

const dashboard = fileURLToPath(new URL("..", import.meta.url));

/** Returns the address of the built pages and how to end serving them. */
export async function serveBench() {
  const outDir = await mkdtemp(join(tmpdir(), "dashboard-bench-"));
  const pages = ["gallery.html", "hover.html"].map((name) => join(dashboard, "bench", name));
  await build({
    root: dashboard,
    logLevel: "warn",
    build: { outDir, emptyOutDir: true, rolldownOptions: { input: pages } },
  });
  const server = await preview({
    root: dashboard,
    logLevel: "warn",
    build: { outDir },
    preview: { host: "127.0.0.1", port: 0 },
  });
  return {
    url: `${server.resolvedUrls?.local[0]}bench/`,
    close: async () => {
      await server.close();
      await rm(outDir, { recursive: true });
    },
  };
}
