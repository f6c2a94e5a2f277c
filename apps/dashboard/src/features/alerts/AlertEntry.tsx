import { IconChevronRight } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import type { ActiveAlert, Entry } from "../../lib/alerts/rules.ts";
import { severityOf } from "../../lib/alerts/rules.ts";
import { counted } from "../../lib/format/words.ts";
import { Age } from "../../ui/Age.tsx";
import { StateBadge } from "../../ui/StateBadge.tsx";
import { useChangeView, useView } from "../../view/useView.ts";
import styles from "./Alerts.module.css";
import { Runbook } from "./Runbook.tsx";
import { healthOf } from "./sentence.ts";

/** Labels that stand elsewhere on the page already. */
const SAID = new Set(["alertname", "environment", "severity"]);

/** Of many data planes that are down alike so many are listed. */
const MOST = 50;

const FIGURES = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });

/** The alerts of one name in one place; it opens to each of them and to what is to be done. */
export function AlertEntry({ entry }: { readonly entry: Entry }) {
  const { name, state, severity, since, alerts, runbook } = entry;
  const change = useChangeView();
  const isOpen = useView().alert === name;
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isOpen) element.current?.scrollIntoView({ block: "nearest" });
  }, [isOpen]);
  return (
    <div ref={element} className={styles.entry} data-open={isOpen}>
      <button
        type="button"
        className={styles.head}
        aria-expanded={isOpen}
        onClick={() => change({ alert: isOpen ? undefined : name }, { replace: true })}
      >
        <IconChevronRight size={16} aria-hidden className={styles.chevron} />
        <Severity state={state} severity={severity} />
        <span className={styles.name}>{name}</span>
        <span className={styles.words}>{alerts[0]?.summary}</span>
        <span className={styles.since}>
          {alerts.length > 1 && `${counted(alerts.length, "alert")}, `}
          for <Age since={since} />
        </span>
      </button>
      {isOpen && (
        <div className={styles.body}>
          <ul className={styles.alerts}>
            {alerts.slice(0, MOST).map((alert) => (
              <One key={JSON.stringify(alert.labels)} alert={alert} isAlone={alerts.length === 1} />
            ))}
            {alerts.length > MOST && <li>and {alerts.length - MOST} more</li>}
          </ul>
          <Runbook address={runbook} />
        </div>
      )}
    </div>
  );
}

function Severity({ state, severity }: Pick<Entry, "state" | "severity">) {
  return state === "pending" ? (
    <StateBadge health="unknown" word="pending" />
  ) : (
    <StateBadge health={healthOf(severity)} word={severity} />
  );
}

function One({ alert, isAlone }: { alert: ActiveAlert; isAlone: boolean }) {
  const { state, labels, value, since, summary, description } = alert;
  const rest = Object.entries(labels).filter(([label]) => !SAID.has(label));
  return (
    <li className={styles.one}>
      {!isAlone && <Severity state={state} severity={severityOf(alert)} />}
      <div>
        <p className={styles.said}>{description ?? summary}</p>
        <p className={styles.labels}>
          {rest.map(([label, text]) => (
            <code key={label}>
              {label}={text}
            </code>
          ))}
          <span>
            value {FIGURES.format(value)}, for <Age since={since} />
          </span>
        </p>
      </div>
    </li>
  );
}
