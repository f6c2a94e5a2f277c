import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";
import { open } from "../../../test/render.tsx";
import { World } from "../../../test/world.ts";

const MINUTE = 60;

let world: World;

beforeEach(() => {
  world = new World({ prod: 1, dev: 1 });
});

function slow(plane: string, minutes = 20) {
  world.plane(plane).slowFrom = Date.now() / 1000 - minutes * MINUTE;
}

async function panel(name: string): Promise<HTMLElement> {
  return screen.findByRole("region", { name });
}

test("says that nothing fires and that silence can be trusted", async () => {
  open(world, "/alerts");
  expect(await screen.findByRole("heading", { name: "Nothing fires." })).toBeVisible();
  expect(await screen.findByText(/^The alert path works: Watchdog fires/)).toBeVisible();
  expect(await screen.findByText("No alert in this range.")).toBeVisible();
  expect(screen.getByText("3 of 3 rules are quiet.")).toBeVisible();
});

test("names the alarm that is missing, whatever else is quiet", async () => {
  world.isWatched = false;
  open(world, "/alerts");
  const words = await screen.findAllByText(/Watchdog does not fire although it always has to/);
  expect(words).toHaveLength(2);
  expect(screen.getByRole("heading", { level: 1 }).parentElement).toHaveAttribute(
    "data-health",
    "degraded",
  );
});

test("an alert opens to its labels and its runbook, and the address says so", async () => {
  slow("dp-prod-01");
  const { router, asked } = open(world, "/alerts");
  expect(await screen.findByText("prod: LatencyHigh has fired for 10 min.")).toBeVisible();
  expect(asked).not.toContain("/runbooks.md");
  await userEvent.click(await screen.findByRole("button", { name: /LatencyHigh/ }));
  expect(await screen.findByText("too long")).toBeVisible();
  expect(screen.getByText("Requests of prod take longer than they may.")).toBeVisible();
  expect(screen.getByText("window=5m")).toBeVisible();
  expect(screen.queryByText("Always fires.")).toBeNull();
  expect(router.state.location.search).toMatchObject({ alert: "LatencyHigh" });
});

test("a link opens the alert that it names", async () => {
  slow("dp-prod-01");
  open(world, "/alerts?alert=LatencyHigh");
  expect(await screen.findByText("too long")).toBeVisible();
  const button = screen.getByRole("button", { name: /LatencyHigh/ });
  expect(button).toHaveAttribute("aria-expanded", "true");
});

test("a link to an alert that is over shows its rule and its runbook", async () => {
  open(world, "/alerts?alert=LatencyHigh");
  expect(await screen.findByText("LatencyHigh is not active now")).toBeVisible();
  expect(await screen.findByText("too long")).toBeVisible();
});

test.each([
  ["DiskFilling", "https://wiki.example/disk"],
  ["HostOdd", "Its rule names no runbook."],
  ["Nobody", "There is no rule Nobody."],
])("the runbook of %s: %s", async (name, words) => {
  open(world, `/alerts?alert=${name}`);
  expect(await screen.findByText(words)).toBeVisible();
});

test.each([
  [undefined, "No runbooks were deployed with this dashboard."],
  ["# Other", /have no section/],
])("runbooks like %j are said to lack it", async (runbooks, words) => {
  slow("dp-prod-01");
  world.runbooks = runbooks;
  open(world, "/alerts?alert=LatencyHigh");
  expect(await screen.findByText(words)).toBeVisible();
});

test("only chosen environments are told of", async () => {
  slow("dp-prod-01");
  const { asked } = open(world, "/alerts?env=dev");
  expect(await screen.findByRole("heading", { name: "Nothing fires." })).toBeVisible();
  expect(screen.queryByRole("button", { name: /LatencyHigh/ })).toBeNull();
  expect(asked.filter((path) => path.includes("prod"))).toEqual([]);
});

test("what is not long enough wrong is pending, and does not fire", async () => {
  slow("dp-prod-01", 2);
  open(world, "/alerts");
  expect(await screen.findByText("1 alert is pending.")).toBeVisible();
  const now = await panel("Now");
  expect(await within(now).findByText("pending")).toBeVisible();
});

test("history tells when and for how long", async () => {
  slow("dp-prod-01");
  open(world, "/alerts");
  const list = await screen.findByRole("list", { name: "History of alerts" });
  expect(within(list).getByText(/^17 min, since /)).toBeVisible();
});

test("a rule that cannot be evaluated is named with the reason", async () => {
  world.ruleError = "query timed out";
  open(world, "/alerts");
  expect(await screen.findByText("LatencyHigh cannot be evaluated: query timed out")).toBeVisible();
});

test("a failure keeps the alerts, and says so", async () => {
  slow("dp-prod-01");
  open(world, "/alerts");
  await screen.findByText("prod: LatencyHigh has fired for 10 min.");
  world.outage = { status: 500, body: "" };
  await userEvent.click(screen.getByRole("button", { name: "Refresh" }));
  expect(await screen.findByText(/The control plane answered 500/)).toBeVisible();
  expect(screen.getByRole("button", { name: /LatencyHigh/ })).toBeVisible();
});

test("the summary is copied as it stands there, also without a secure context", async () => {
  slow("dp-prod-01");
  const copied: string[] = [];
  document.execCommand = () => {
    copied.push((document.activeElement as HTMLTextAreaElement).value);
    return true;
  };
  open(world, "/alerts?refresh=off");
  const summary = await panel("Incident summary");
  await within(summary).findByText(/^Trouble in prod, since/);
  await userEvent.click(within(summary).getByRole("button", { name: "Copy as Markdown" }));
  expect(await within(summary).findByText("Copied")).toBeVisible();
  const items = within(summary).getAllByRole("listitem");
  const lines = (copied[0] ?? "").split("\n").filter((line) => line.startsWith("- "));
  expect(lines.map((line) => line.replaceAll(/^- |\*\*|\\/g, ""))).toEqual(
    items.map(({ textContent }) => textContent),
  );
  expect(items.map(({ textContent }) => textContent)).toEqual([
    expect.stringMatching(/A fault \(latency\) is injected in prod$/),
    expect.stringMatching(/The p95 latency of prod is over 500 ms, at most .+ s at /),
    expect.stringMatching(/Alert LatencyHigh \(critical\) fires in prod$/),
  ]);
});

test("where nobody may copy, the text is there to be taken by hand", async () => {
  document.execCommand = () => false;
  open(world, "/alerts");
  await userEvent.click(await screen.findByRole("button", { name: "Copy as Markdown" }));
  const text = await screen.findByRole("textbox", { name: /to be copied by hand/ });
  expect((text as HTMLTextAreaElement).value).toMatch(/^# Nothing went wrong\./);
});

test("the overview leads to alerts and to what happened", async () => {
  slow("dp-prod-01");
  const { router } = open(world, "/");
  const chip = await screen.findByRole("link", { name: "1 alert" });
  expect(screen.getByRole("link", { name: "What happened?" })).toHaveAttribute(
    "href",
    "/alerts#summary",
  );
  await userEvent.click(chip);
  await waitFor(() => expect(router.state.location.href).toBe("/alerts?env=prod"));
});
