import { Link, Outlet } from "@tanstack/react-router";
import { useEffect } from "react";
import { useClock } from "../clock/ClockContext.ts";
import { Toolbar } from "../features/toolbar/Toolbar.tsx";
import { ErrorBoundary } from "../ui/ErrorBoundary.tsx";
import { useView } from "../view/useView.ts";
import styles from "./Shell.module.css";

const TABS = [
  { to: "/", name: "Overview" },
  { to: "/metrics", name: "Metrics" },
  { to: "/compare", name: "Compare" },
  { to: "/data-planes", name: "Data planes" },
] as const;

/** The bar above every page, and the page below it. */
export function Shell() {
  const clock = useClock();
  const { every } = useView();
  useEffect(() => clock.start(every), [clock, every]);
  return (
    <>
      <header className={styles.bar}>
        <span className={styles.product}>Sightline</span>
        <nav className={styles.tabs} aria-label="Pages">
          {TABS.map(({ to, name }) => (
            <Link
              key={to}
              to={to}
              className={styles.tab}
              activeOptions={{ exact: true, includeSearch: false }}
            >
              {name}
            </Link>
          ))}
        </nav>
        <Toolbar />
      </header>
      <main className={styles.page}>
        <ErrorBoundary>
          <Outlet />
        </ErrorBoundary>
      </main>
    </>
  );
}
