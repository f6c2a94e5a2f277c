const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** A stretch of seconds as people say it: "8 s", "4 min", "2 h 5 min", "3 d 4 h". */
export function formatAge(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min`;
  if (whole < DAY) return two(whole, HOUR, "h", MINUTE, "min");
  return two(whole, DAY, "d", HOUR, "h");
}

function two(seconds: number, large: number, first: string, small: number, second: string): string {
  const rest = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)} ${first}${rest > 0 ? ` ${rest} ${second}` : ""}`;
}
