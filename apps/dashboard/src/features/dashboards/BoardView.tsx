import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { IconDownload } from "@tabler/icons-react";
import type { Board } from "../../lib/perses/board.ts";
import styles from "./BoardView.module.css";
import { GroupSection } from "./GroupSection.tsx";
import { repeated } from "./repeat.ts";
import { addressOf } from "./useTemplate.ts";
import { useStandings } from "./useStandings.ts";
import { VariableBar } from "./VariableBar.tsx";

/** A board: what it is, what is chosen, and its groups of panels. */
export function BoardView({ board }: { board: Board }) {
  const standings = useStandings(board);
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <div className={styles.words}>
          <nav aria-label="Above this" className={styles.path}>
            <Link to="/dashboards">Dashboards</Link>
            <span aria-hidden> / </span>
          </nav>
          <h1>{board.title}</h1>
          {board.description !== undefined && (
            <p className={styles.description}>{board.description}</p>
          )}
        </div>
        <Button
          component="a"
          variant="default"
          size="xs"
          href={addressOf(board.name)}
          download={`${board.name}.json`}
          leftSection={<IconDownload size={14} aria-hidden />}
        >
          Download as JSON
        </Button>
      </header>
      <VariableBar standings={standings} />
      {board.groups.flatMap((group, index) =>
        repeated(group, standings).map((one) => (
          <GroupSection
            // Groups have no names, and never change their place.
            key={`${index} ${one.title}`}
            group={one.group}
            title={one.title}
            board={board}
            standings={one.standings}
          />
        )),
      )}
    </div>
  );
}
