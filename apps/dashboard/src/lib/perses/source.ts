import { fillPromql, fillText } from "./interpolate.ts";
import type { Filled, Values } from "./interpolate.ts";
import type { Option } from "./options.ts";
import type { Source } from "./variables.ts";

/** What a list asks for its values. */
export type Ask =
  | { readonly kind: "values"; readonly label: string; readonly matchers: readonly string[] }
  | { readonly kind: "names"; readonly matchers: readonly string[] }
  | { readonly kind: "promql"; readonly expression: string; readonly label: string };

/** What a list begins with: its values, what it has to ask, or what it waits for. */
export type Start =
  | { readonly kind: "options"; readonly options: readonly Option[] }
  | { readonly kind: "ask"; readonly ask: Ask }
  | Exclude<Filled, { kind: "text" }>
  | { readonly kind: "wrong"; readonly reason: string };

const A_LABEL = /^[A-Za-z_]\w*$/;

/** How a list comes to its values, given those of the variables that it needs. */
export function startOf(source: Source, values: Values): Start {
  switch (source.kind) {
    case "StaticListVariable":
      return { kind: "options", options: source.values.map(optionOf) };
    case "PrometheusLabelNamesVariable":
      return withMatchers(source.matchers, values, (matchers) => ({ kind: "names", matchers }));
    case "PrometheusLabelValuesVariable": {
      const label = fillText(source.labelName, values);
      if (!A_LABEL.test(label)) return { kind: "wrong", reason: `${label} is no label` };
      return withMatchers(source.matchers, values, (matchers) => ({
        kind: "values",
        label,
        matchers,
      }));
    }
    case "PrometheusPromQLVariable": {
      const filled = fillPromql(source.expr, values);
      if (filled.kind !== "text") return filled;
      const label = fillText(source.labelName, values);
      return { kind: "ask", ask: { kind: "promql", expression: filled.text, label } };
    }
  }
}

function optionOf(one: string | { value: string; label?: string | undefined }): Option {
  return typeof one === "string"
    ? { value: one, title: one }
    : { value: one.value, title: one.label ?? one.value };
}

function withMatchers(
  matchers: readonly string[],
  values: Values,
  ask: (matchers: readonly string[]) => Ask,
): Start {
  const filled = matchers.map((matcher) => fillPromql(matcher, values));
  const fault = filled.find((one) => one.kind !== "text");
  if (fault !== undefined) return fault;
  const texts = filled.flatMap((one) => (one.kind === "text" ? [one.text] : []));
  return { kind: "ask", ask: ask(texts) };
}
