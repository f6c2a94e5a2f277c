import { IconAlertTriangleFilled, IconCircleCheck } from "@tabler/icons-react";
import type { Environment } from "../../api/configuration.ts";
import type { AlertRule, Place } from "../../lib/alerts/rules.ts";
import { Age } from "../../ui/Age.tsx";
import { EnvironmentName } from "../../ui/EnvironmentName.tsx";
import { AlertEntry } from "./AlertEntry.tsx";
import styles from "./Alerts.module.css";
import { pathOf, titleOf } from "./sentence.ts";

interface Props {
  readonly rules: readonly AlertRule[];
  readonly places: readonly Place[];
  readonly environments: readonly Environment[];
}

/** What is active now, by environment, and whether silence can be trusted. */
export function ActiveAlerts({ rules, places, environments }: Props) {
  return (
    <div>
      {places.length === 0 && <p className={styles.quiet}>Nothing fires.</p>}
      {places.map(({ environment, entries }) => {
        const known = environments.find(({ name }) => name === environment);
        return (
          <section key={environment ?? ""} className={styles.place}>
            <h3 className={styles.where}>
              {known ? <EnvironmentName environment={known} /> : titleOf(environment, environments)}
            </h3>
            {entries.map((entry) => (
              <AlertEntry key={entry.name} entry={entry} />
            ))}
          </section>
        );
      })}
      <Path rules={rules} />
    </div>
  );
}

function Path({ rules }: { rules: readonly AlertRule[] }) {
  const { works, since, text } = pathOf(rules);
  const Glyph = works ? IconCircleCheck : IconAlertTriangleFilled;
  return (
    <p className={styles.path} data-works={works}>
      <Glyph size={16} aria-hidden />
      <span>
        {text}
        {since !== undefined && (
          <>
            , for <Age since={since} />.
          </>
        )}
      </span>
    </p>
  );
}
