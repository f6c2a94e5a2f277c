import { Link } from "@tanstack/react-router";
import type { ComponentProps } from "react";
import type { Mark } from "./types.ts";

type Props = Pick<ComponentProps<"button">, "children" | "className" | "style" | "aria-label"> & {
  readonly marks: readonly Mark[];
  readonly "data-kind"?: string | undefined;
};

/** The glyph of some marks. With an alert among them it leads to the first one's page. */
export function MarkButton({ marks, ...props }: Props) {
  const mark = marks.find(({ alert }) => alert !== undefined);
  if (mark === undefined) return <button type="button" {...props} />;
  const { alert, environment } = mark;
  return (
    <Link to="/alerts" search={(before) => ({ ...before, alert, env: [environment] })} {...props} />
  );
}
