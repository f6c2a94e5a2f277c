import { IconCheck, IconCircleDashed, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { format } from "../../lib/format/units.ts";
import { UNKNOWABLE } from "../../lib/health/health.ts";
import { FAMILY_NAMES } from "../../lib/promql/chain.ts";
import { Age } from "../../ui/Age.tsx";
import { FAMILY_WORDS } from "./families.ts";
import type { Target } from "./facts.ts";
import styles from "./PlaneDetails.module.css";
import type { PlaneRow } from "./rows.ts";

/** What a data plane sends, who is asked for it, and where it is written down. */
export function PlaneDetails({ row, line }: { row: PlaneRow; line: number }) {
  const { facts } = row;
  const absent = facts.isPartial ? undefined : false;
  const isSending = facts.families.has("active"); // an API that sends at all sends these
  return (
    <div role="row" aria-rowindex={line} className={styles.row}>
      <div role="cell" className={styles.details}>
        <Part title="Metrics">
          {FAMILY_NAMES.map((family) => {
            const at = facts.families.get(family);
            const { name, of, isSteady } = FAMILY_WORDS[family];
            const isMissing = at === undefined && !facts.isPartial && (isSteady || !isSending);
            return (
              <Line
                key={family}
                isGood={at !== undefined ? true : isMissing ? false : undefined}
                name={name}
                words={of}
              >
                {at !== undefined ? (
                  <Age since={at} />
                ) : (
                  <span>{facts.isPartial ? "not known" : isMissing ? "missing" : "none yet"}</span>
                )}
              </Line>
            );
          })}
        </Part>
        <Part title="Targets">
          {facts.targets.map((target) => (
            <TargetLine key={target.instance} target={target} />
          ))}
          {facts.targets.length === 0 && (
            <Line
              isGood={absent}
              name={facts.isPartial ? "not known" : "none"}
              words={
                facts.isPartial ? UNKNOWABLE : "Prometheus has not scraped it for five minutes"
              }
            />
          )}
        </Part>
        <Part title="Known from">
          <Line isGood={facts.isConfigured} name="configuration" words="this dashboard's list" />
          <Line
            isGood={facts.isExpected || absent}
            name="inventory"
            words="a rule expects it, and alerts"
          />
          <Line
            isGood={facts.targets.length > 0 || absent}
            name="targets"
            words="Prometheus asks for it"
          />
        </Part>
      </div>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className={styles.title}>{title}</h3>
      <ul className={styles.list}>{children}</ul>
    </section>
  );
}

interface LineProps {
  /** Undefined where it is neither good nor bad. */
  readonly isGood: boolean | undefined;
  readonly name: string;
  readonly words: string;
  readonly children?: ReactNode;
}

function Line({ isGood, name, words, children }: LineProps) {
  const Glyph = isGood === undefined ? IconCircleDashed : isGood ? IconCheck : IconX;
  return (
    <li className={styles.line} data-good={isGood}>
      <Glyph
        size={14}
        role="img"
        aria-label={isGood === undefined ? "not yet" : isGood ? "yes" : "no"}
      />
      <span>{name}</span>
      <span className={styles.words}>{words}</span>
      <span className={styles.value}>{children}</span>
    </li>
  );
}

function TargetLine({ target }: { target: Target }) {
  const { instance, isUp, scrapedAt, tookSeconds } = target;
  const took =
    tookSeconds === undefined ? "" : ` ${isUp ? "in" : "after"} ${format("seconds", tookSeconds)}`;
  return (
    <Line isGood={isUp} name={instance} words={`${isUp ? "answered" : "failed"}${took}`}>
      {scrapedAt !== undefined && <Age since={scrapedAt} />}
    </Line>
  );
}
