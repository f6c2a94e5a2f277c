import { IconAlertTriangleFilled } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { RuleName } from "../../lib/alerts/rules.ts";
import { formatAge } from "../../lib/format/age.ts";
import { listed } from "../../lib/format/words.ts";
import styles from "./Alerts.module.css";

/** How many rules are quiet, all of them by name, and those that are blind. */
export function RuleList({ names }: { readonly names: readonly RuleName[] }) {
  const quiet = names.filter(({ state }) => state === "quiet").length;
  const blind = names.filter(({ error }) => error !== undefined);
  return (
    <div>
      {blind.map(({ name, error }) => (
        <p key={name} className={styles.path} data-works={false}>
          <IconAlertTriangleFilled size={16} aria-hidden />
          <span>
            {name} cannot be evaluated: {error}
          </span>
        </p>
      ))}
      <details>
        <summary className={styles.summary}>
          {quiet} of {names.length} rules are quiet.
        </summary>
        <table className={styles.rules}>
          <thead>
            <tr>
              <th scope="col">Rule</th>
              <th scope="col">Severity</th>
              <th scope="col">Fires after</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {names.map(({ name, rules, state, error }) => (
              <tr key={name} data-state={state}>
                <td>
                  <Link to="." search={(before) => ({ ...before, alert: name })}>
                    {name}
                  </Link>
                </td>
                <td>{listed([...new Set(rules.map(({ severity }) => severity))])}</td>
                <td>{patienceOf(rules.map(({ patience }) => patience))}</td>
                <td>{error === undefined ? state : "cannot be evaluated"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </div>
  );
}

function patienceOf(patience: readonly number[]): string {
  return listed([...new Set(patience)].map((one) => (one === 0 ? "at once" : formatAge(one))));
}
