// What pointing at one of twelve charts costs, beside ECharts' own `connect` on the same data in
// the same run, and whether refreshes leave anything behind. Exits with 1 beyond a bound.
import { chromium } from "playwright-core";
import { serveBench } from "./site.mjs";

const ROUNDS = 5;
const FRAMES = 120;
const FRAMES_OF_REFRESH = 20;
const REFRESHES = 200;
const MOST_OF_CONNECT = 1 / 3;
const MOST_GROWTH_MB = 10;

const OURS = "ours";
const CONNECTED = "connected";
const MODES = {
  [OURS]: "ours",
  [CONNECTED]: "echarts.connect",
  "connected-dirty": "connect, dirty rectangles",
};

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const say = (text) => process.stdout.write(`${text}\n`);

async function open(browser, url, mode) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${url}hover.html?mode=${mode}`);
  await page.waitForFunction(() => document.querySelectorAll("canvas").length >= 12);
  await page.evaluate((count) => window.bench.frames(count), 60);
  return page;
}

/** Opens the browser's clock of the page's main thread: what it worked, in milliseconds. */
async function workClock(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  return async () => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    return 1000 * metrics.find(({ name }) => name === "TaskDuration").value;
  };
}

/** What a frame takes and works while the pointer moves, and what a refresh works, in ms. */
async function measure(browser, url, mode) {
  const page = await open(browser, url, mode);
  const worked = await workClock(page);
  const start = await worked();
  const hover = await page.evaluate((count) => window.bench.hover(count), FRAMES);
  const between = await worked();
  await page.evaluate((count) => {
    window.bench.refresh(1);
    return window.bench.frames(count);
  }, FRAMES_OF_REFRESH);
  const end = await worked();
  await page.close();
  return { frame: median(hover), hover: (between - start) / FRAMES, refresh: end - between };
}

async function heapGrowth(browser, url) {
  const page = await open(browser, url, OURS);
  const devtools = await page.context().newCDPSession(page);
  const used = async () => {
    await devtools.send("HeapProfiler.collectGarbage");
    return (await devtools.send("Runtime.getHeapUsage")).usedSize / 1e6;
  };
  const refresh = (from, to) =>
    page.evaluate(
      async ([first, last]) => {
        for (let count = first; count < last; count++) {
          window.bench.refresh(count);
          await window.bench.frames(15);
        }
      },
      [from, to],
    );
  await refresh(1, 20); // what is filled once is no leak
  const before = await used();
  await refresh(20, 20 + REFRESHES);
  const growth = (await used()) - before;
  await page.close();
  return { before, growth };
}

const site = await serveBench();
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  // Without a limit a frame takes as long as its work, so that costs can be compared.
  args: ["--no-sandbox", "--disable-gpu", "--disable-frame-rate-limit", "--disable-gpu-vsync"],
});
try {
  const rounds = Object.fromEntries(Object.keys(MODES).map((mode) => [mode, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const mode of Object.keys(MODES)) {
      rounds[mode].push(await measure(browser, site.url, mode));
    }
  }
  const of = (mode, what) => median(rounds[mode].map((one) => one[what]));
  say("12 charts of 3 x 241 samples; medians of 5 rounds, in ms");
  say("                           work of a hover frame   frame   work of a refresh");
  for (const [mode, name] of Object.entries(MODES)) {
    const [hover, frame, refresh] = ["hover", "frame", "refresh"].map((what) =>
      of(mode, what).toFixed(1),
    );
    say(`${name.padEnd(26)} ${hover.padStart(21)} ${frame.padStart(7)} ${refresh.padStart(19)}`);
  }
  // The work is what the page's thread did: a busy machine makes frames longer, but not that.
  const ratio = of(OURS, "hover") / of(CONNECTED, "hover");
  say(
    `hover, ours to echarts.connect: ${ratio.toFixed(2)} (at most ${MOST_OF_CONNECT.toFixed(2)})`,
  );
  const { before, growth } = await heapGrowth(browser, site.url);
  say(
    `heap after ${REFRESHES} refreshes: ${growth.toFixed(1)} MB more than ${before.toFixed(1)} MB ` +
      `(at most ${MOST_GROWTH_MB})`,
  );
  if (ratio > MOST_OF_CONNECT || growth > MOST_GROWTH_MB) process.exitCode = 1;
} finally {
  await browser.close();
  await site.close();
}
