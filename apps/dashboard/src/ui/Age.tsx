import { useNow } from "../clock/ClockContext.ts";
import { useZone } from "../clock/ZoneContext.ts";
import { formatAge } from "../lib/format/age.ts";
import { formatMoment } from "../lib/format/moment.ts";

/** How long ago a moment (seconds since 1970) was; it grows while one looks at it. */
export function Age({ since }: { since: number }) {
  const now = useNow();
  const zone = useZone();
  return <time title={formatMoment(since, zone)}>{formatAge(now - since)}</time>;
}
