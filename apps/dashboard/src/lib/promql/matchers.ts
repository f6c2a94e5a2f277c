/** A text as PromQL quotes it. */
export function quote(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}

/** A text that a regular expression of RE2 takes literally. */
export function escapeRegex(text: string): string {
  return text.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`);
}

/** A matcher for one of some values; none of them match nothing. */
export function oneOf(label: string, values: readonly string[]): string {
  const [only] = values;
  if (values.length === 1 && only !== undefined) return `${label}=${quote(only)}`;
  return `${label}=~${quote(values.map(escapeRegex).join("|"))}`;
}
