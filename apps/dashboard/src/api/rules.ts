import * as v from "valibot";
import type { ActiveAlert, AlertRule } from "../lib/alerts/rules.ts";
import { getJson } from "./http.ts";
import { refused, unlike } from "./prometheus.ts";
import type { Upstream } from "./prometheus.ts";
import { classify } from "./warnings.ts";
import type { Notes } from "./warnings.ts";

const texts = v.record(v.string(), v.string());

const Alert = v.object({
  labels: texts,
  annotations: v.optional(texts, {}),
  state: v.string(),
  activeAt: v.pipe(v.string(), v.isoTimestamp()),
  value: v.string(),
});

const Alerting = v.object({
  type: v.literal("alerting"),
  name: v.string(),
  query: v.string(),
  duration: v.number(),
  labels: v.optional(texts, {}),
  annotations: v.optional(texts, {}),
  health: v.string(),
  lastError: v.optional(v.string(), ""),
  alerts: v.array(Alert),
});

const Rule = v.variant("type", [Alerting, v.object({ type: v.literal("recording") })]);

const Answer = v.variant("status", [
  v.object({
    status: v.literal("success"),
    data: v.object({ groups: v.array(v.object({ rules: v.array(Rule) })) }),
    warnings: v.optional(v.array(v.string()), []),
    infos: v.optional(v.array(v.string()), []),
  }),
  v.object({ status: v.literal("error"), errorType: v.string(), error: v.string() }),
]);

/** All alerting rules, with what is active of them now. Throws FailureError. */
export async function queryRules(
  upstream: Upstream,
  signal: AbortSignal,
): Promise<{ rules: readonly AlertRule[]; notes: Notes }> {
  const words = new URLSearchParams({ type: "alert" });
  if (upstream === "thanos") words.set("partial_response", "true");
  const { status, body } = await getJson(`/api/v1/rules?${words}`, signal);
  const answer = v.safeParse(Answer, body);
  if (!answer.success) throw unlike(status, "it has another shape");
  const { output } = answer;
  if (output.status === "error") throw refused(status, output.error);
  const rules = output.data.groups.flatMap((group) => group.rules).flatMap(readRule);
  return { rules, notes: classify(output.warnings, output.infos) };
}

function readRule(rule: v.InferOutput<typeof Rule>): AlertRule[] {
  if (rule.type === "recording") return [];
  const { name, query, duration, labels, annotations, health, lastError, alerts } = rule;
  return [
    {
      name,
      severity: labels["severity"] ?? "none",
      patience: duration,
      expression: query,
      error: health === "err" ? lastError : undefined,
      summary: annotations["summary"],
      runbook: annotations["runbook_url"],
      alerts: alerts.map(readAlert),
    },
  ];
}

function readAlert({
  labels,
  annotations,
  state,
  activeAt,
  value,
}: v.InferOutput<typeof Alert>): ActiveAlert {
  return {
    labels,
    state: state === "firing" ? "firing" : "pending",
    since: Date.parse(activeAt) / 1000,
    value: Number(value),
    summary: annotations["summary"],
    description: annotations["description"],
  };
}
