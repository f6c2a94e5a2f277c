import { escapeRegex } from "../promql/matchers.ts";

/** What a variable stands for. */
export interface Value {
  readonly texts: readonly string[];
  /** Whether several may be chosen, so that one alone is written as a list too. */
  readonly isList: boolean;
  /**
   * Who wrote it: the template, which may hold pieces of PromQL; the data, which is only ever
   * taken literally; or a reader, whose pattern is a pattern where the template wants one.
   */
  readonly origin: "template" | "data" | "reader";
}

/** Values by name; a variable that has none yet is there without one. */
export type Values = ReadonlyMap<string, Value | undefined>;

/** A text with its variables filled in, or why it cannot be had. */
export type Filled =
  | { readonly kind: "text"; readonly text: string }
  /** A variable that has no value, or one that would end the place it stands in. */
  | { readonly kind: "missing" | "unfit"; readonly name: string };

const VARIABLE = /\$(\w+)|\$\{(\w+)(?:\.[^:^}]+)?(?::([^}]+))?\}/g;
/** Perses' own pattern for what a regular expression takes literally. */
const SPECIAL = /[-/\\^$*+?.()|[\]{}]/g;

/** The names of the variables in a text, each once. */
export function namesIn(text: string): string[] {
  return [
    ...new Set(Array.from(text.matchAll(VARIABLE), ([, plain, braced]) => plain ?? braced ?? "")),
  ];
}

/**
 * A text for people with its variables filled in, as Perses writes them. What has no value stays
 * as it is, and what is put in is not read again. What the template did not write itself is
 * protected from being read as something else.
 */
export function fillText(
  text: string,
  values: Values,
  protect: (text: string) => string = asItIs,
): string {
  return text.replaceAll(VARIABLE, (found, plain, braced, format) => {
    const name: string = plain ?? braced;
    const value = values.get(name);
    if (value === undefined) return found;
    const put = written(name, value, format);
    return value.origin === "template" ? put : protect(put);
  });
}

function asItIs(text: string): string {
  return text;
}

/** A value in a format of Perses: "(a|b)" for a list where none is asked for. */
function written(
  name: string,
  { texts, isList }: Pick<Value, "texts" | "isList">,
  format: string | undefined,
): string {
  switch (format?.toLowerCase()) {
    case "csv":
    case "raw":
      return texts.join(",");
    case "distributed":
      return texts.map((text, index) => (index === 0 ? text : `${name}=${text}`)).join(",");
    case "doublequote":
      return texts.map((text) => `"${text}"`).join(",");
    case "glob":
      return `{${texts.join(",")}}`;
    case "json":
      return JSON.stringify(texts.map(parsed));
    case "lucene":
      return `(${texts.map((text) => `"${text}"`).join(" OR ")})`;
    case "percentencode":
      return encodeURIComponent(texts.join(","));
    case "pipe":
      return texts.join("|");
    case "regex":
      return `(${texts.map((text) => text.replaceAll(SPECIAL, String.raw`\$&`)).join("|")})`;
    case "regexliteral":
      return `(${texts.map((text) => text.replaceAll(SPECIAL, String.raw`\\$&`)).join("|")})`;
    case "singlequote":
      return texts.map((text) => `'${text}'`).join(",");
    case "sqlstring":
      return texts.map((text) => `'${text.replaceAll("'", "''")}'`).join(",");
    case "text":
      return texts.join(" + ");
    case "queryparam":
      return texts.map((text) => `${name}=${encodeURIComponent(text)}`).join("&");
    case "prometheus":
      return `(${texts.join("|")})`;
    default:
      return isList ? `(${texts.join("|")})` : texts.join(",");
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Comments, strings, and what is between them. */
const PIECES =
  /(?<comment>#[^\n]*)|(?<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)|(?<rest>[^#"'`]+|.)/gs;
const A_PATTERN_FOLLOWS = /[=!]~\s*$/;
/** What can stand outside of a string and still be one word, number or duration. */
const A_WORD = /^-?[\w:.]*$/;

interface Place {
  /** The quotation mark of the string; none outside. */
  readonly quote?: string | undefined;
  readonly isPattern: boolean;
}

/**
 * PromQL with its variables filled in so that no value can leave its place: in a string it stays
 * in the string, in a pattern what comes from data is taken literally, and elsewhere what the
 * template did not write itself has to be a plain word. Comments stay as they are.
 */
export function fillPromql(expression: string, values: Values): Filled {
  let text = "";
  for (const { groups } of expression.matchAll(PIECES)) {
    const { comment, string, rest } = groups as Partial<Record<string, string>>;
    const quote = string?.[0];
    const isPattern = quote !== undefined && A_PATTERN_FOLLOWS.test(text);
    const piece = comment ?? fillPiece(string ?? rest ?? "", { quote, isPattern }, values);
    if (typeof piece !== "string") return piece;
    text += piece;
  }
  return { kind: "text", text };
}

function fillPiece(piece: string, place: Place, values: Values): string | Filled {
  let fault: Filled | undefined;
  const text = piece.replaceAll(VARIABLE, (found, plain, braced, format) => {
    const name: string = plain ?? braced;
    // Something else has a dollar too: the groups of label_replace.
    if (!values.has(name)) return found;
    const value = values.get(name);
    const put = value === undefined ? undefined : putIn(name, value, format, place);
    if (put === undefined) fault ??= { kind: value === undefined ? "missing" : "unfit", name };
    return put ?? "";
  });
  return fault ?? text;
}

/** What a value is in a place; undefined if it cannot stand there. */
function putIn(
  name: string,
  value: Value,
  format: string | undefined,
  { quote, isPattern }: Place,
): string | undefined {
  const { texts, isList, origin } = value;
  if (quote === undefined) {
    const isFit = origin === "template" || texts.every((one) => A_WORD.test(one));
    return isFit ? written(name, value, format) : undefined;
  }
  // Perses has a format that doubles what a string takes away; here every string gets its due.
  const isEscaped = format === "regex" || format === "regexliteral";
  const isLiteral = isPattern && origin === "data" && !isEscaped;
  const put = written(
    name,
    { texts: isLiteral ? texts.map(escapeRegex) : texts, isList },
    isEscaped ? "regex" : format,
  );
  return quoted(put, quote, origin === "template" && !isEscaped);
}

/** A text within a string; what a template wrote may be escaped already, as Perses needs it. */
function quoted(text: string, quote: string, isWritten: boolean): string | undefined {
  if (quote === "`") return text.includes("`") ? undefined : text;
  const plain = text.replaceAll(/\\./gs, "");
  if (isWritten && !plain.includes("\\") && !plain.includes(quote) && !text.includes("\n")) {
    return text;
  }
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll(quote, `\\${quote}`)
    .replaceAll("\n", String.raw`\n`);
}
