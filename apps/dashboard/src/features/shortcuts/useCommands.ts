import { useMantineColorScheme } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useConfiguration } from "../../api/ConfigurationContext.ts";
import { useTemplateList } from "../../api/useTemplateList.ts";
import { useClock } from "../../clock/ClockContext.ts";
import { panelAtHand, panelTitles } from "../../ui/panels.ts";
import { printWhole } from "../../ui/paper.ts";
import { useChangeView, useView } from "../../view/useView.ts";
import { commandsOf } from "./commands.ts";
import type { Command, Doer, Page } from "./commands.ts";

/** All commands as they are at this moment; made anew whenever somebody asks. */
export function useCommands(pages: readonly Page[], open: Doer["open"]): () => Command[] {
  const view = useView();
  const configuration = useConfiguration();
  const list = useTemplateList();
  const clock = useClock();
  const change = useChangeView();
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();

  const doer: Doer = {
    go: (to, search = {}) => void navigate({ to, search }),
    change,
    refresh: () => clock.refresh(),
    togglePause: () => change({ refresh: view.every === 0 ? undefined : "off" }),
    open,
    toggleFull: (title = view.panel === undefined ? panelAtHand() : undefined) =>
      change({ panel: title }),
    print: () => void printWhole(),
    setTheme: setColorScheme,
    visit: (url) => window.open(url, "_blank", "noreferrer"),
  };
  const dashboards = list.kind === "shown" ? list.data : [];
  return () => {
    const panels = panelTitles();
    return commandsOf({ view, configuration, pages, dashboards, panels, now: clock.now() }, doer);
  };
}
