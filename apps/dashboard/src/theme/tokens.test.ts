import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = readFileSync("src/theme/tokens.css", "utf8");

function tokensOf(scheme: string): Map<string, string> {
  const block = css.split(`[data-mantine-color-scheme="${scheme}"] {`)[1]?.split("}")[0] ?? "";
  return new Map(
    [...block.matchAll(/(--[\w-]+): (#\w{6});/g)].map(([, name, hex]) => [name ?? "", hex ?? ""]),
  );
}

/** The relative luminance of WCAG 2. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((from) => {
    const share = Number.parseInt(hex.slice(from, from + 2), 16) / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const TEXTS = ["--text", "--muted", "--ok", "--degraded", "--down", "--unknown", "--accent"];
const SURFACES = ["--page", "--panel", "--panel-hover"];
const LINES = [1, 2, 3, 4, 5, 6].map((slot) => `--slot-${slot}`);

test.each(["light", "dark"])("in the %s theme text can be read and lines can be seen", (scheme) => {
  const tokens = tokensOf(scheme);
  const colour = (name: string) => tokens.get(name) ?? "#000000";
  for (const surface of SURFACES) {
    for (const name of TEXTS) {
      expect(contrast(colour(name), colour(surface)), `${name} on ${surface}`).toBeGreaterThan(4.5);
    }
  }
  for (const name of LINES) {
    expect(contrast(colour(name), colour("--panel")), name).toBeGreaterThan(3);
  }
});

test("both themes have the same tokens", () => {
  expect([...tokensOf("light").keys()]).toEqual([...tokensOf("dark").keys()]);
});
