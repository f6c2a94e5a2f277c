import { Link, useSearch } from "@tanstack/react-router";
import { IconDownload } from "@tabler/icons-react";
import { counted } from "../../lib/format/words.ts";
import { occurs } from "../../lib/occurs.ts";
import { PanelFrame } from "../../ui/PanelFrame.tsx";
import { SearchField } from "../../ui/SearchField.tsx";
import { validateSearch } from "../../view/search.ts";
import { useChangeView } from "../../view/useView.ts";
import styles from "./DashboardsPage.module.css";
import { addressOf } from "./useTemplate.ts";
import { useTemplateList } from "../../api/useTemplateList.ts";
import type { Entry } from "../../api/useTemplateList.ts";

/** All dashboards that are made of templates, those of the site and those that are shipped. */
export function DashboardsPage() {
  const state = useTemplateList();
  const find = useSearch({ strict: false, select: (raw) => validateSearch(raw).find ?? "" });
  const change = useChangeView();
  const all = state.kind === "shown" ? state.data : undefined;
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <h1>Dashboards</h1>
        <SearchField
          label="Find a dashboard"
          text={find}
          onText={(text) => change({ find: text || undefined }, { replace: true })}
          found={all && { count: found(all, find).length, of: all.length, noun: "dashboard" }}
        />
      </header>
      <PanelFrame
        title={state.kind === "shown" ? counted(state.data.length, "dashboard") : "All"}
        state={state}
        height={200}
        emptiness={(entries) =>
          found(entries, find).length > 0 ? undefined : `No dashboard is called like “${find}”.`
        }
      >
        {(entries) => (
          <ul className={styles.list}>
            {found(entries, find).map((entry) => (
              <Row key={entry.name} entry={entry} />
            ))}
          </ul>
        )}
      </PanelFrame>
    </div>
  );
}

function Row({ entry: { name, title, description, from } }: { entry: Entry }) {
  return (
    <li className={styles.row}>
      <div>
        <Link to="/dashboards/$name" params={{ name }} className={styles.name}>
          {title}
        </Link>
        <p className={styles.description}>{description}</p>
      </div>
      <span className={styles.from} data-from={from}>
        {from}
      </span>
      <a
        className={styles.download}
        href={addressOf(name)}
        download={`${name}.json`}
        aria-label={`${title}: Download as JSON`}
        title="Download as JSON"
      >
        <IconDownload size={16} aria-hidden />
      </a>
    </li>
  );
}

function found(entries: readonly Entry[], find: string): readonly Entry[] {
  return entries.filter(({ name, title, description, from }) =>
    occurs(find, name, title, description, from),
  );
}
