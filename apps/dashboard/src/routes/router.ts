import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  retainSearchParams,
} from "@tanstack/react-router";
import { ComparePage } from "../features/compare/ComparePage.tsx";
import { MetricsPage } from "../features/metrics/MetricsPage.tsx";
import { OverviewPage } from "../features/overview/OverviewPage.tsx";
import { PlanesPage } from "../features/planes/PlanesPage.tsx";
import { KEPT, parseSearch, stringifySearch, validateSearch } from "../view/search.ts";
import type { Search } from "../view/search.ts";
import { NoPage } from "./NoPage.tsx";
import { Shell } from "./Shell.tsx";

const root = createRootRoute({
  component: Shell,
  notFoundComponent: NoPage,
  validateSearch,
  search: { middlewares: [retainSearchParams<Search>([...KEPT])] },
});

const pages = [
  createRoute({ getParentRoute: () => root, path: "/", component: OverviewPage }),
  createRoute({ getParentRoute: () => root, path: "/metrics", component: MetricsPage }),
  createRoute({ getParentRoute: () => root, path: "/compare", component: ComparePage }),
  createRoute({
    getParentRoute: () => root,
    path: "/alerts",
    component: lazyRouteComponent(() => import("./AlertsRoute.tsx"), "AlertsRoute"),
  }),
  createRoute({ getParentRoute: () => root, path: "/data-planes", component: PlanesPage }),
  createRoute({
    getParentRoute: () => root,
    path: "/dashboards",
    component: lazyRouteComponent(
      () => import("../features/dashboards/DashboardsPage.tsx"),
      "DashboardsPage",
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/dashboards/$name",
    component: lazyRouteComponent(
      () => import("../features/dashboards/BoardPage.tsx"),
      "BoardPage",
    ),
  }),
] as const;

export const routeTree = root.addChildren(pages);

export const router = createRouter({ routeTree, parseSearch, stringifySearch });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
