import { Popover } from "@mantine/core";
import { IconCode } from "@tabler/icons-react";
import { useConfiguration } from "../api/ConfigurationContext.ts";
import { explorerAddress } from "../lib/promql/explorer.ts";
import { CopyButton } from "../ui/CopyButton.tsx";
import { PanelAction } from "../ui/PanelAction.tsx";
import { useView } from "../view/useView.ts";
import styles from "./QueryButton.module.css";

/** What is asked: PromQL by name. */
interface Asking {
  readonly title: string;
  readonly questions: Readonly<Record<string, string>>;
}

/** Whose pages draw PromQL, by the names that links have in the configuration. */
const EXPLORERS = /prometheus|thanos/i;

/** Shows what a panel asks, to be copied or to be looked at where PromQL is at home. */
export function QueryButton({ panel: { title, questions } }: { panel: Asking }) {
  const { links } = useConfiguration();
  const { range } = useView();
  const expressions = Object.values(questions);
  return (
    <Popover position="bottom-end" width={520} shadow="md" trapFocus>
      <Popover.Target>
        <PanelAction panel={title} what="Show the PromQL">
          <IconCode size={16} aria-hidden />
        </PanelAction>
      </Popover.Target>
      <Popover.Dropdown className={styles.box}>
        {Object.entries(questions).map(([name, expression]) => (
          <Expression
            key={name}
            name={expressions.length > 1 ? name : "PromQL"}
            expression={expression}
          />
        ))}
        <p className={styles.links}>
          {links
            .filter(({ name }) => EXPLORERS.test(name))
            .map(({ name, url }) => (
              <a
                key={name}
                href={explorerAddress(url, expressions, range)}
                target="_blank"
                rel="noreferrer"
              >
                Open in {name}
              </a>
            ))}
        </p>
      </Popover.Dropdown>
    </Popover>
  );
}

function Expression({ name, expression }: { name: string; expression: string }) {
  return (
    <div className={styles.expression}>
      <span className={styles.name}>{name}</span>
      <CopyButton label={`Copy ${name}`} text={() => expression} />
      <code className={styles.code}>{expression}</code>
    </div>
  );
}
