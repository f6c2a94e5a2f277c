import { Outlet } from "@tanstack/react-router";
import { Suspense, lazy, useEffect } from "react";
import { useClock } from "../clock/ClockContext.ts";
import { ZoneContext } from "../clock/ZoneContext.ts";
import { Shortcuts } from "../features/shortcuts/Shortcuts.tsx";
import { ErrorBoundary } from "../ui/ErrorBoundary.tsx";
import { FullPanelContext } from "../ui/full-panel.ts";
import { startPaper } from "../ui/paper.ts";
import { WallContext } from "../ui/WallContext.ts";
import { useView } from "../view/useView.ts";
import styles from "./Shell.module.css";
import { TopBar } from "./TopBar.tsx";
import { useFullPanel } from "./useFullPanel.ts";
import { usePaperHeader } from "./usePaperHeader.ts";

const Kiosk = lazy(async () => ({ default: (await import("../features/kiosk/Kiosk.tsx")).Kiosk }));

const TABS = [
  { to: "/", name: "Overview" },
  { to: "/metrics", name: "Metrics" },
  { to: "/compare", name: "Compare" },
  { to: "/alerts", name: "Alerts" },
  { to: "/data-planes", name: "Data planes" },
  { to: "/dashboards", name: "Dashboards" },
] as const;

/** The bar above every page, and the page below it; what all pages have in common. */
export function Shell() {
  const clock = useClock();
  const { every, zone, panel, kiosk } = useView();
  const full = useFullPanel(panel);
  usePaperHeader(TABS);
  useEffect(startPaper, []);
  useEffect(() => clock.start(every), [clock, every]);
  return (
    <ZoneContext value={zone}>
      <WallContext value={kiosk !== undefined}>
        <FullPanelContext value={full}>
          {kiosk === undefined ? (
            <TopBar pages={TABS} />
          ) : (
            <>
              <Suspense>
                <Kiosk pages={TABS} seconds={kiosk} />
              </Suspense>
              <Shortcuts pages={TABS} isSilent />
            </>
          )}
          <main className={styles.page}>
            <ErrorBoundary>
              <Outlet />
            </ErrorBoundary>
          </main>
        </FullPanelContext>
      </WallContext>
    </ZoneContext>
  );
}
