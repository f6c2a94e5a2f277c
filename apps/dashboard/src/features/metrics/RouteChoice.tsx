import { Button } from "@mantine/core";
import { useId } from "react";
import type { Environment } from "../../api/configuration.ts";
import { EnvironmentName } from "../../ui/EnvironmentName.tsx";
import { useChangeView } from "../../view/useView.ts";
import styles from "./MetricsPage.module.css";

/** Routes of several environments are too many lines: one is to be chosen. */
export function RouteChoice({ environments }: { environments: readonly Environment[] }) {
  const change = useChangeView();
  const heading = useId();
  return (
    <section aria-labelledby={heading} data-by-hand>
      <div className={styles.heading}>
        <h2 id={heading} className={styles.section}>
          By route
        </h2>
      </div>
      <div className={styles.choice}>
        <p>Routes are shown for one environment:</p>
        {environments.map((environment) => (
          <Button
            key={environment.name}
            variant="default"
            size="xs"
            onClick={() => change({ env: [environment.name] })}
          >
            <EnvironmentName environment={environment} />
          </Button>
        ))}
      </div>
    </section>
  );
}
