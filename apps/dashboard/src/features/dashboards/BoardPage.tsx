import { Link, useParams } from "@tanstack/react-router";
import { explain } from "../../api/failure.ts";
import type { Failure } from "../../api/failure.ts";
import { Notice } from "../../ui/Notice.tsx";
import { BoardView } from "./BoardView.tsx";
import styles from "./BoardView.module.css";
import { useTemplate } from "./useTemplate.ts";

/** One dashboard, made of its template. */
export function BoardPage() {
  const { name = "" } = useParams({ strict: false });
  const state = useTemplate(name);
  switch (state.kind) {
    case "loading":
      return <p className={styles.loading} aria-busy="true" />;
    case "failed":
      return (
        <Notice title={titleOf(state.failure, name)} role="alert">
          <p>{isMissing(state.failure) ? "" : explain(state.failure)}</p>
          <Link to="/dashboards">All dashboards</Link>
        </Notice>
      );
    case "shown":
      if ("board" in state.data) return <BoardView key={name} board={state.data.board} />;
      return (
        <Notice title={`The dashboard ${name} cannot be shown`} role="alert">
          <p>Its template is wrong: {state.data.problem}.</p>
          <Link to="/dashboards">All dashboards</Link>
        </Notice>
      );
  }
}

function isMissing(failure: Failure): boolean {
  return failure.kind === "http" && failure.status === 404;
}

function titleOf(failure: Failure, name: string): string {
  return isMissing(failure)
    ? `There is no dashboard ${name}`
    : `The dashboard ${name} did not load`;
}
