import type { Labels } from "../series/series.ts";

const A_LABEL = /\{\{\s*([\w.:]+)\s*\}\}/g;

/**
 * What series are called: by the template's format, or else by the labels that tell them apart.
 */
export function seriesNames(format: string | undefined, all: readonly Labels[]): string[] {
  if (format !== undefined && format !== "") {
    return all.map((labels) =>
      format.replaceAll(A_LABEL, (_, label: string) => ownOf(labels, label) ?? ""),
    );
  }
  const telling = tellingLabels(all);
  return all.map((labels) => {
    const said = telling.flatMap((label) => ownOf(labels, label) ?? []);
    return said.join(" ") || ownOf(labels, "__name__") || "value";
  });
}

/** Labels whose values are not the same everywhere, or all of a lone series. */
function tellingLabels(all: readonly Labels[]): string[] {
  const labels = [...new Set(all.flatMap((one) => Object.keys(one)))].filter(
    (label) => label !== "__name__",
  );
  const telling = labels.filter((label) => new Set(all.map((one) => ownOf(one, label))).size > 1);
  return telling.length > 0 ? telling : all.length === 1 ? labels.slice(0, 1) : labels;
}

function ownOf(labels: Labels, label: string): string | undefined {
  return Object.hasOwn(labels, label) ? labels[label] : undefined;
}
