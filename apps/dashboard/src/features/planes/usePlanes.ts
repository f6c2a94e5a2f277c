import { useMemo } from "react";
import { useConfiguration } from "../../api/ConfigurationContext.ts";
import type { PanelState } from "../../api/panel-state.ts";
import { useInstant } from "../../api/useQuestion.ts";
import { useNow } from "../../clock/ClockContext.ts";
import { momentJudged } from "../../lib/health/moment.ts";
import { lastMetricsEver, namedFew } from "../../lib/promql/catalogue.ts";
import {
  ANY_SCRAPE,
  expectedPlanes,
  families,
  lastAnswer,
  lastRecorded,
  lastSent,
  scrapeSeconds,
  scrapedSamples,
  targetScrapes,
  targets,
} from "../../lib/promql/chain.ts";
import type { View } from "../../view/selection.ts";
import { factsIn, silentPlanes } from "./facts.ts";
import { rowsOf } from "./rows.ts";
import type { PlaneRow } from "./rows.ts";

/** All data planes of the chosen environments; with all chosen also those that nobody expects. */
export function usePlanes(view: View): PanelState<readonly PlaneRow[]> {
  const configuration = useConfiguration();
  const { environments, areAll, every } = view;
  const now = useNow();
  const whose = areAll ? {} : { environments: environments.map(({ name }) => name) };
  const state = useInstant({
    up: targets(whose),
    scrapes: targetScrapes(whose),
    took: scrapeSeconds(whose),
    samples: scrapedSamples(whose),
    expected: expectedPlanes(whose),
    sent: lastSent(whose, configuration.scrape_interval_seconds),
    metrics: lastRecorded(whose),
    families: families(whose),
    anyScrape: ANY_SCRAPE,
  });
  const answers = state.kind === "shown" ? state.data : undefined;
  const at = state.kind === "shown" ? state.at : 0;
  const silent = useMemo(
    () => (answers ? silentPlanes(factsIn(answers, undefined, environments)) : []),
    [answers, environments],
  );
  const those = {
    environments: [...new Set(silent.map(({ environment }) => environment))],
    ...namedFew(silent.map(({ id }) => id)),
  };
  const past = useInstant(
    { answered: lastAnswer(those), metrics: lastMetricsEver(those) },
    { enabled: silent.length > 0 },
  );
  const before = past.kind === "shown" ? past.data : undefined;
  const facts = useMemo(
    () => answers && factsIn(answers, before, environments),
    [answers, before, environments],
  );
  const moment = state.kind === "shown" ? momentJudged(state.at, now, every) : now;
  const rows = useMemo(
    () =>
      answers &&
      facts &&
      rowsOf(
        facts,
        configuration,
        { now: moment, anyScrapedAt: answers.anyScrape.samples[0]?.value },
        at,
      ),
    [answers, facts, configuration, moment, at],
  );
  return state.kind === "shown" && rows ? { ...state, data: rows } : (state as PanelState<never>);
}
