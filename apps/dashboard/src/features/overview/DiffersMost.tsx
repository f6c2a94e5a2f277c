import { Link } from "@tanstack/react-router";
import type { Environment } from "../../api/configuration.ts";
import { SIGNALS } from "../../lib/promql/signals.ts";
import type { Deviation } from "../../lib/rank/deviation.ts";
import { numbersOf, timesOf } from "../../lib/rank/words.ts";
import { PanelFrame } from "../../ui/PanelFrame.tsx";
import type { View } from "../../view/selection.ts";
import styles from "./DiffersMost.module.css";
import { useDeviations } from "./useDeviations.ts";

/** So many are told of; Compare has all. */
const TOLD = 3;

/** Which environment deviates in which signal, by how much and since when. */
export function DiffersMost({ view }: { readonly view: View }) {
  const state = useDeviations(view);
  return (
    <PanelFrame
      title="Differs most"
      unit="at the end of the range; traffic against the range before"
      state={state}
      height={28}
    >
      {({ found, at }) =>
        found.length === 0 ? (
          <p className={styles.alike}>{alike(view.environments)}</p>
        ) : (
          <ol className={styles.list}>
            {found.slice(0, TOLD).map((one) => (
              <li key={`${one.environment.name} ${one.signal}`}>
                <Link to="/compare" search={(before) => ({ ...before, ...lookAt(one) })}>
                  {headOf(one)}
                </Link>{" "}
                <span className={styles.numbers}>{restOf(one, at)}</span>
              </li>
            ))}
          </ol>
        )
      }
    </PanelFrame>
  );
}

function alike(environments: readonly Environment[]): string {
  const [only] = environments;
  if (only === undefined) return "There is nothing to compare.";
  if (environments.length === 1) return `${only.title} stands alone, and its traffic is as before.`;
  return "All environments are alike, and their traffic is as before.";
}

/** What Compare shows of it. Beside others the baseline is the one that is most like them. */
function lookAt({ signal, against }: Deviation<Environment>) {
  switch (against.kind) {
    case "other":
      return { signal, base: against.other.name };
    case "median":
      return { signal, base: against.typical.name };
    case "earlier":
      return { signal };
  }
}

function headOf({ environment, signal, contrast, against }: Deviation<Environment>): string {
  const whose = against.kind === "median" ? "the others" : nameOf(against);
  return `The ${SIGNALS[signal].noun} of ${environment.title} ${timesOf(contrast.times, whose)}.`;
}

function restOf({ signal, contrast, against }: Deviation<Environment>, at: number): string {
  const { value, base, since } = contrast;
  return numbersOf(signal, value, base, nameOf(against), since, at);
}

function nameOf(against: Deviation<Environment>["against"]): string {
  switch (against.kind) {
    case "other":
      return against.other.title;
    case "median":
      return "the median";
    case "earlier":
      return "the range before";
  }
}
