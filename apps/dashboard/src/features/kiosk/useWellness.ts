import type { Environment } from "../../api/configuration.ts";
import { useInstant } from "../../api/useQuestion.ts";
import { judgeSignals } from "../../lib/health/health.ts";
import { marks, recorded } from "../../lib/promql/catalogue.ts";

/** Tells whether an environment is well: it has metrics, no alert, and is within its limits. */
export function useWellness(
  environments: readonly Environment[],
): (environment: Environment) => boolean {
  const selection = { environments: environments.map(({ name }) => name) };
  const state = useInstant({
    requests: recorded("environment", "requests", selection),
    errors: recorded("environment", "errors", selection),
    p95: recorded("environment", "p95", selection),
    alerts: marks(selection).alerts,
  });
  return ({ name, thresholds }) => {
    if (state.kind !== "shown") return true; // nothing is known that would be worth the time
    const valueOf = (question: keyof typeof state.data) =>
      state.data[question].samples.find(({ labels }) => labels["environment"] === name)?.value;
    const signals = { errorRatio: valueOf("errors"), p95Seconds: valueOf("p95") };
    const isHeard = valueOf("requests") !== undefined;
    const isQuiet = valueOf("alerts") === undefined;
    return isHeard && isQuiet && judgeSignals(signals, thresholds).health === "ok";
  };
}
