import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Lets the development server answer like a control plane, from made data. */
const madeData: Plugin = {
  name: "made-data",
  async configureServer(server) {
    // Loaded by the server, so that a release is made from what it contains alone: imports would
    // be bundled with this file.
    const load = <Module>(path: string) => server.ssrLoadModule(path) as Promise<Module>;
    const [{ serve }, { incident }] = await Promise.all([
      load<typeof import("./test/backend.ts")>("/test/backend.ts"),
      load<typeof import("./test/incident.ts")>("/test/incident.ts"),
    ]);
    const world = incident(Date.now() / 1000);
    server.middlewares.use((request, response, next) => {
      if (!serve(world, request, response)) next();
    });
  },
};

/** Fetches the chart chunk with the page, not after its first chart is drawn. */
const preloadCharts: Plugin = {
  name: "preload-charts",
  transformIndexHtml: {
    order: "post",
    handler: (_html, { bundle }) =>
      Object.keys(bundle ?? {})
        .filter((file) => /\/echarts-.*\.js$/.test(file))
        .map((file) => ({
          tag: "link",
          attrs: { rel: "modulepreload", crossorigin: "", href: `/${file}` },
          injectTo: "head" as const,
        })),
  },
};

export default defineConfig({
  plugins: [react(), madeData, preloadCharts],
  build: {
    target: "es2023",
    // An inlined file would be a `data:` address, which the content security policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: {
    projects: [
      // What knows no browser is tested without one, which is much quicker.
      {
        extends: true,
        test: {
          name: "pure",
          environment: "node",
          include: ["{src,test}/**/*.test.ts"],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: "page",
          environment: "jsdom",
          include: ["{src,test}/**/*.test.tsx"],
          setupFiles: ["test/setup.ts"],
          testTimeout: 30_000,
        },
      },
    ],
    css: { modules: { classNameStrategy: "non-scoped" } },
  },
});
