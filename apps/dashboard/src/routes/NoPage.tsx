import { Link } from "@tanstack/react-router";
import { Notice } from "../ui/Notice.tsx";

/** What stands at an address that leads nowhere. */
export function NoPage() {
  return (
    <Notice title="There is no page here">
      <Link to="/">Go to the overview</Link>
    </Notice>
  );
}
