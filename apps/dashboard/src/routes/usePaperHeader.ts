import { useLocation } from "@tanstack/react-router";
import { useEffect } from "react";
import { useClock } from "../clock/ClockContext.ts";
import { formatMoment } from "../lib/format/moment.ts";
import { frozen } from "../lib/time/range.ts";
import { zoneName } from "../lib/time/zone.ts";
import { onPaper } from "../ui/paper.ts";
import { useView } from "../view/useView.ts";

/** Gives the sheets of a printed page their words: which page, whose data, when. See media.css. */
export function usePaperHeader(pages: readonly { to: string; name: string }[]): void {
  const view = useView();
  const clock = useClock();
  const { pathname } = useLocation();
  const page = pages.find(({ to }) => to === pathname);
  useEffect(
    () =>
      onPaper("layout", () => {
        const { environments, areAll, range, zone } = view;
        const { start, end } = frozen(range, clock.tick);
        const whose = areAll
          ? "all environments"
          : environments.map(({ title }) => title).join(", ");
        const when = `${formatMoment(start, zone)} – ${formatMoment(end, zone)}`;
        const words = {
          "--paper-title": ["Sightline", page?.name].filter(Boolean).join(" · "),
          "--paper-about": `${whose} · ${when} ${zoneName(zone)}`,
          "--paper-printed": `Printed ${formatMoment(clock.now(), zone)}`,
        };
        const { style } = document.documentElement;
        for (const [name, text] of Object.entries(words)) {
          style.setProperty(name, JSON.stringify(text));
        }
      }),
    [view, clock, page],
  );
}
