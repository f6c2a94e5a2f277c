import { createMemoryHistory, createRouter } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import { vi } from "vitest";
import { makeClient } from "../src/api/client.ts";
import { App } from "../src/App.tsx";
import { routeTree } from "../src/routes/router.ts";
import { parseSearch, stringifySearch } from "../src/view/search.ts";
import { reply } from "./backend.ts";
import type { World } from "./world.ts";

/** Opens an address of the dashboard in front of a world; returns the router and what was asked. */
export function open(world: World, address = "/") {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (path: string, { signal }: RequestInit) => {
    asked.push(path);
    const answer = reply(world, path);
    await Promise.resolve();
    signal?.throwIfAborted();
    if (path.startsWith("/templates/"))
      return new Response(answer?.body, { status: answer?.status ?? 404 });
    if (answer === undefined) throw new TypeError(`nobody answers ${path}`);
    return new Response(answer.body, { status: answer.status });
  });
  const history = createMemoryHistory({ initialEntries: [address] });
  const router = createRouter({ routeTree, history, parseSearch, stringifySearch });
  const client = makeClient();
  client.setDefaultOptions({
    queries: { ...client.getDefaultOptions().queries, retryDelay: 1 },
  });
  render(<App client={client} router={router} env="test" />);
  return { router, asked };
}
