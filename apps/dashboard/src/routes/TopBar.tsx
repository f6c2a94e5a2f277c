import { Link, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { Shortcuts } from "../features/shortcuts/Shortcuts.tsx";
import { Toolbar } from "../features/toolbar/Toolbar.tsx";
import styles from "./Shell.module.css";

interface Props {
  readonly pages: readonly { readonly to: string; readonly name: string }[];
}

/** The product, its pages, and what they show. */
export function TopBar({ pages }: Props) {
  const tabs = useRef<HTMLElement>(null);
  const page = useLocation({ select: ({ pathname }) => pathname });
  useEffect(() => {
    // On a phone the page's own tab may be beside the screen.
    const links = [...(tabs.current?.querySelectorAll("a") ?? [])];
    const own = links.find(({ pathname }) => pathname === page);
    own?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [page]);
  return (
    <header className={styles.bar} data-by-hand>
      <span className={styles.product}>
        <img src="/favicon.svg" alt="" width={22} height={22} />
        <span className={styles.name}>Sightline</span>
      </span>
      <nav ref={tabs} className={styles.tabs} aria-label="Pages">
        {pages.map(({ to, name }) => (
          <Link
            key={to}
            to={to}
            className={styles.tab}
            activeOptions={{ exact: true, includeSearch: false }}
          >
            {name}
          </Link>
        ))}
      </nav>
      <Toolbar />
      <Shortcuts pages={pages} />
    </header>
  );
}
