type Token = `--${"text" | "muted" | "border" | "panel" | "accent" | "degraded" | "down"}`;

/** What a token's colour is in the present theme, for canvases, which know no custom properties. */
export function colourOf(token: Token): string {
  return getComputedStyle(document.documentElement).getPropertyValue(token).trim();
}
