// Takes pictures of a page in both themes, on a desk and on a phone:
// node test/look.ts ADDRESS DIRECTORY; names are made from the path. Fails on a console error and on
// a serious finding of axe.
import { readFileSync } from "node:fs";
import type { AxeResults } from "axe-core";
import { chromium } from "playwright-core";

declare global {
  interface Window {
    axe: { run(): Promise<AxeResults> };
  }
}

const [address = "http://localhost:4173/", directory = "."] = process.argv.slice(2);
const SCREENS = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

const axe = readFileSync(
  import.meta.resolve("axe-core/axe.min.js").slice("file://".length),
  "utf8",
);
const page = new URL(address).pathname.replaceAll("/", "") || "overview";
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
const errors: string[] = [];
for (const [screen, viewport] of Object.entries(SCREENS)) {
  for (const colorScheme of ["light", "dark"] as const) {
    const tab = await browser.newPage({ viewport, colorScheme, deviceScaleFactor: 1 });
    tab.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    tab.on("pageerror", (error) => errors.push(error.message));
    await tab.goto(address, { waitUntil: "networkidle" });
    await tab.waitForSelector("main");
    // What is below the screen does not ask before it is scrolled to.
    await tab.waitForFunction(() =>
      [...document.querySelectorAll('[aria-busy="true"]')].every(
        (panel) => panel.getBoundingClientRect().top > innerHeight,
      ),
    );
    await tab.evaluate(axe);
    const { violations } = await tab.evaluate(() => window.axe.run());
    for (const { id, impact, nodes } of violations) {
      const where = nodes.map(({ target }) => target.join(" ")).join(", ");
      if (impact === "serious" || impact === "critical") errors.push(`${id} (${impact}): ${where}`);
    }
    await tab.screenshot({ path: `${directory}/${page}-${screen}-${colorScheme}.png` });
    await tab.close();
  }
}
await browser.close();
for (const text of errors) console.error(text);
process.exitCode = errors.length > 0 ? 1 : 0;
