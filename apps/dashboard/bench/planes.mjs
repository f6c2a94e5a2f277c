// A thousand data planes, an outage of three hundred of them: how long until the first rows are
// there, and how hard the page ever works at once while all of them are scrolled by wheel. An empty
// page in the same run tells how busy the machine is. The pages are those of the last build. Exits
// with 1 beyond a bound.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const ROUNDS = 5;
const MOST_UNTIL_ROWS = 2000;
const LONGEST_TASK = 50;
/** Pixels a frame: two notches of a wheel, sixty times a second if the machine keeps up. */
const WHEEL = 240;
const MOST_TURNS = 1000;
const FIRST_ROW = '[role="table"] [role="rowgroup"] [role="row"]';

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const say = (text) => process.stdout.write(`${text}\n`);

const PAGES = [
  { name: "Data planes", path: "/data-planes", rows: 1000, open: async () => {} },
  {
    name: "Overview, 900 in one environment",
    path: "/",
    rows: 900,
    // A legend has a button of the same name.
    open: (page) =>
      page
        .getByRole("table")
        .getByRole("button", { name: /^prod-eu/ })
        .click(),
  },
];

/** Serves the built pages over a thousand data planes; in a process of its own, as in earnest. */
async function serveThousand() {
  const port = 4186;
  const script = fileURLToPath(new URL("../test/serve.ts", import.meta.url));
  const server = spawn(process.execPath, [script, String(port), "thousand"]);
  await once(server.stdout, "data");
  return { url: `http://localhost:${port}`, close: () => server.kill() };
}

/** Runs in the page before all else: notes when rows are painted, and every task beyond 50 ms. */
function watch(firstRow) {
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      window.longTasks.push({ startTime, duration });
    }
  }).observe({ type: "longtask", buffered: true });
  const look = () => {
    if (document.querySelector(firstRow) === null) return requestAnimationFrame(look);
    return requestAnimationFrame(() => (window.rowsAt = performance.now()));
  };
  requestAnimationFrame(look);
}

async function newPage(browser) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(watch, FIRST_ROW);
  return page;
}

/** When the page showed anything, its largest part, and its rows; in ms since it was asked for. */
async function load(browser, url, { path, open }) {
  const page = await newPage(browser);
  await page.goto(url + path);
  await page.waitForFunction(() => window.rowsAt !== undefined);
  const before = await page.evaluate(() => performance.now());
  await open(page);
  await page.waitForFunction(
    (least) => document.querySelectorAll("[data-index]").length > least,
    9,
  );
  const opened = (await page.evaluate(() => performance.now())) - before;
  const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint"));
  const rows = await page.evaluate(() => window.rowsAt);
  return { page, fcp: paint[0]?.startTime ?? Number.NaN, rows, opened };
}

/** What the page's thread worked in its hardest task, in ms: a busy machine adds nothing to that. */
function hardestTask(trace) {
  const { traceEvents } = JSON.parse(trace);
  const threads = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid}/${tid}`),
  );
  const worked = traceEvents
    .filter(({ name, pid, tid }) => name.endsWith("RunTask") && threads.has(`${pid}/${tid}`))
    .map(({ tdur = 0 }) => tdur / 1000);
  if (worked.length === 0) throw new Error("the browser traced no tasks");
  return Math.max(...worked);
}

/** Turns the wheel until the last row is there; returns what that cost, in ms. */
async function scroll(browser, page, last) {
  await page.mouse.move(700, 500);
  await page.waitForTimeout(1500); // what the page still loads is no scrolling
  await page.evaluate(() => (window.longTasks = []));
  await browser.startTracing(page, { categories: ["toplevel"] });
  let most = 0;
  for (let isLast = false, turns = 0; !isLast; turns++) {
    if (turns === MOST_TURNS) throw new Error(`row ${last} never came`);
    await page.mouse.wheel(0, WHEEL);
    const there = await page.evaluate(rowsNow, last);
    most = Math.max(most, there.rows);
    isLast = there.isLast;
  }
  const hardest = hardestTask(await browser.stopTracing());
  const long = await page.evaluate(() => window.longTasks.map(({ duration }) => duration));
  return { hardest, long, most };
}

/** Runs in the page: what is there in its next frame. */
function rowsNow(last) {
  return new Promise((resolve) => {
    requestAnimationFrame(() =>
      resolve({
        rows: document.querySelectorAll("[data-index]").length,
        isLast: document.querySelector(`[data-index="${last}"]`) !== null,
      }),
    );
  });
}

/** How long an empty page takes to be painted: what the machine itself takes now. */
async function empty(browser, url) {
  const page = await newPage(browser);
  await page.route("**/empty", (route) =>
    route.fulfill({ contentType: "text/html", body: "<p>empty</p>" }),
  );
  await page.goto(`${url}/empty`);
  await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length);
  const [paint] = await page.evaluate(() =>
    performance.getEntriesByName("first-contentful-paint").map(({ startTime }) => startTime),
  );
  await page.close();
  return paint;
}

async function measure(browser, url, one) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const blank = await empty(browser, url);
    const { page, ...loaded } = await load(browser, url, one);
    const scrolled = await scroll(browser, page, one.rows - 1);
    await page.close();
    rounds.push({ blank, ...loaded, ...scrolled, longest: Math.max(0, ...scrolled.long) });
  }
  return rounds;
}

const site = await serveThousand();
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  say(`1,000 data planes in 12 environments; medians of ${ROUNDS} rounds, in ms`);
  for (const one of PAGES) {
    const rounds = await measure(browser, site.url, one);
    const of = (what) => median(rounds.map((round) => round[what]));
    const told = (what) => of(what).toFixed(0);
    say(`${one.name} (an empty page: ${told("blank")})`);
    say(`  first paint ${told("fcp")}, first rows ${told("rows")} (at most ${MOST_UNTIL_ROWS})`);
    if (one.path === "/") say(`  rows of the environment ${told("opened")} after it is opened`);
    say(`  work of the hardest task while scrolling ${told("hardest")} (at most ${LONGEST_TASK})`);
    say(
      `  longest task with what the machine did meanwhile ${told("longest")}; ` +
        `beyond 50 in each round: ${rounds.map(({ long }) => long.length).join(", ")}`,
    );
    say(`  rows there at once: ${Math.max(...rounds.map(({ most }) => most))} of ${one.rows}`);
    if (of("rows") + of("opened") > MOST_UNTIL_ROWS) process.exitCode = 1;
    if (of("hardest") > LONGEST_TASK) process.exitCode = 1;
  }
} finally {
  await browser.close();
  site.close();
}
