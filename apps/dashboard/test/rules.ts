import type { World } from "./world.ts";

/** So long a data plane is slow before its alert is pending, and then before it fires; seconds. */
const PATIENCE = 180;

/** A made environment's alert for latency; times are seconds since 1970. */
export interface MadeAlert {
  readonly environment: string;
  readonly state: "pending" | "firing";
}

/** Which environments have waited for too long at a time, and for how long. */
export function alertsAt(world: World, time: number): MadeAlert[] {
  const slow = world.planes.filter(
    (plane) => world.isSending(plane, time) && time > (plane.slowFrom ?? Infinity),
  );
  return [...Map.groupBy(slow, ({ environment }) => environment)].map(([environment, planes]) => {
    const since = Math.min(...planes.map(({ slowFrom = time }) => slowFrom));
    return { environment, state: time > since + PATIENCE ? "firing" : "pending" };
  });
}

/** What the control plane says of its rules. */
export function rulesOf(world: World) {
  const now = Date.now() / 1000;
  const latency = {
    ...rule("LatencyHigh", "critical", "docs/runbooks.md#latencyhigh"),
    query: "environment:http_latency_seconds:p95_1m > 0.5",
    duration: PATIENCE,
    health: world.ruleError === "" ? "ok" : "err",
    lastError: world.ruleError,
    alerts: alertsAt(world, now).map(({ environment, state }) => ({
      labels: { alertname: "LatencyHigh", severity: "critical", environment, window: "5m" },
      annotations: {
        summary: `${environment} is slow`,
        description: `Requests of ${environment} take longer than they may.`,
      },
      state,
      activeAt: new Date((now - 600) * 1000).toISOString(),
      value: "1.24e+00",
    })),
  };
  const watchdog = {
    ...rule("Watchdog", "none", "docs/runbooks.md#watchdog"),
    query: "vector(1)",
    alerts: world.isWatched
      ? [
          {
            labels: { alertname: "Watchdog", severity: "none" },
            annotations: {},
            state: "firing",
            activeAt: new Date((now - 86_400) * 1000).toISOString(),
            value: "1e+00",
          },
        ]
      : [],
  };
  const rules = [
    { type: "recording", name: "environment:http_requests:rate1m" },
    latency,
    watchdog,
    rule("DiskFilling", "warning", "https://wiki.example/disk"),
    rule("HostOdd", "warning", ""),
  ];
  return { data: { groups: [{ name: "made", rules }] } };
}

function rule(name: string, severity: string, runbook_url: string) {
  return {
    type: "alerting",
    name,
    query: `${name.toLowerCase()} == 1`,
    duration: 60,
    labels: { severity },
    annotations: { runbook_url },
    health: "ok",
    lastError: "",
    alerts: [] as object[],
  };
}
