import { WATCHDOG } from "../../lib/alerts/rules.ts";
import type { AlertRule } from "../../lib/alerts/rules.ts";
import styles from "./Alerts.module.css";
import { Runbook } from "./Runbook.tsx";

interface Props {
  readonly name: string;
  readonly rules: readonly AlertRule[];
}

/** What the address asks for and is not active: its rule, and what is to be done if it were. */
export function NamedRule({ name, rules }: Props) {
  const [rule, ...others] = rules.filter((one) => one.name === name);
  if (rule === undefined) {
    return (
      <section className={styles.named} aria-label={name}>
        <p className={styles.quiet}>There is no rule {name}.</p>
      </section>
    );
  }
  return (
    <section className={styles.named} aria-label={name}>
      <h2 className={styles.title}>
        {name}
        {name === WATCHDOG ? "" : " is not active now"}
      </h2>
      {[rule, ...others].map(({ expression, severity }) => (
        <p key={expression} className={styles.expression}>
          {severity} when <code>{expression}</code>
        </p>
      ))}
      <Runbook address={rule.runbook} />
    </section>
  );
}
