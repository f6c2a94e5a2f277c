import type { Told } from "./words.ts";

/** A summary as others read it: its headline, what it is about, and what happened in order. */
export interface Summary {
  readonly headline: string;
  readonly scope: string;
  readonly told: readonly Told[];
}

/** A summary as Markdown. Names come from labels and stay text, whatever they hold. */
export function toMarkdown({ headline, scope, told }: Summary): string {
  const items = told.map(({ time, text }) => `- **${plain(time)}** ${plain(text)}\n`).join("");
  return `# ${plain(headline)}\n\n${plain(scope)}\n${items === "" ? "" : `\n${items}`}`;
}

/**
 * A text that means nothing to Markdown, on one line. Escaped is what could begin markup or become
 * a link or a mention; the rest stays readable where nobody renders it.
 */
export function plain(text: string): string {
  return text
    .replaceAll(/[\s\p{C}]+/gu, " ")
    .replaceAll(/[\\`*_[\]<>|~#&@$]|:(?=\/)|(?<=\bwww)\./gi, String.raw`\$&`);
}
