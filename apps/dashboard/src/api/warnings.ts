/** What a server said beside its answer. */
export interface Notes {
  /** Something is missing from the answer. */
  readonly partial: readonly string[];
  /** Advice on the query; nothing is missing. */
  readonly remarks: readonly string[];
}

/** Thanos puts PromQL's remarks on a query among the warnings. */
const ON_THE_QUERY = /^PromQL (info|warning)\b/;

/** Tells the two kinds apart, each message once. */
export function classify(warnings: readonly string[], infos: readonly string[]): Notes {
  const remarks = [...warnings.filter((text) => ON_THE_QUERY.test(text)), ...infos];
  const partial = warnings.filter((text) => !ON_THE_QUERY.test(text));
  return { partial: [...new Set(partial)], remarks: [...new Set(remarks)] };
}

/** All that was said beside several answers. */
export function merge(notes: readonly Notes[]): Notes {
  return {
    partial: [...new Set(notes.flatMap(({ partial }) => partial))],
    remarks: [...new Set(notes.flatMap(({ remarks }) => remarks))],
  };
}
