/** Whether all words of a text occur in what is there to be found, in whatever case and order. */
export function occurs(text: string, ...there: readonly (string | undefined)[]): boolean {
  const all = there.join(" ").toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
