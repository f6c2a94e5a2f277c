import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { contrast, distance, rgbOf, shaded } from "../../test/colour.ts";

const css = readFileSync("src/theme/tokens.css", "utf8");

function tokensOf(scheme: string): Map<string, string> {
  const block = css.split(`[data-mantine-color-scheme="${scheme}"] {`)[1]?.split("}")[0] ?? "";
  return new Map(
    [...block.matchAll(/(--[\w-]+): (#\w{6}|[\d.]+);/g)].map(([, name, value]) => [
      name ?? "",
      value ?? "",
    ]),
  );
}

const TEXTS = ["--text", "--muted", "--ok", "--degraded", "--down", "--unknown", "--accent"];
const SURFACES = ["--page", "--panel", "--panel-hover"];
const NOBODY = "--slot-0";
const ENVIRONMENTS = [1, 2, 3, 4, 5, 6].map((slot) => `--slot-${slot}`);
const SHADES = [1, 2, 3, 4].map((shade) => `--shade-${shade}`);

/** Each with each other. */
function pairs<T>(all: readonly T[]): (readonly [T, T])[] {
  return all.flatMap((one, index) => all.slice(0, index).map((other) => [one, other] as const));
}

test.each(["light", "dark"])("in the %s theme text can be read and lines can be seen", (scheme) => {
  const tokens = tokensOf(scheme);
  const colour = (name: string) => rgbOf(tokens.get(name) ?? "#000000");
  for (const surface of SURFACES) {
    for (const name of TEXTS) {
      expect(contrast(colour(name), colour(surface)), `${name} on ${surface}`).toBeGreaterThan(4.5);
    }
  }
  for (const name of [NOBODY, ...ENVIRONMENTS]) {
    expect(contrast(colour(name), colour("--panel")), name).toBeGreaterThan(3);
  }
});

test.each(["light", "dark"])("in the %s theme everybody can tell environments apart", (scheme) => {
  const tokens = tokensOf(scheme);
  for (const [one, other] of pairs(ENVIRONMENTS)) {
    const apart = distance(rgbOf(tokens.get(one) ?? ""), rgbOf(tokens.get(other) ?? ""));
    expect(apart, `${one} and ${other}`).toBeGreaterThan(12);
  }
});

test.each(["light", "dark"])(
  "in the %s theme shades of a hue are seen and told apart",
  (scheme) => {
    const tokens = tokensOf(scheme);
    for (const name of [NOBODY, ...ENVIRONMENTS]) {
      const hue = tokens.get(name) ?? "";
      const shades = SHADES.map((shade) => shaded(hue, Number(tokens.get(shade))));
      for (const shade of shades) {
        expect(contrast(shade, rgbOf(tokens.get("--panel") ?? "")), name).toBeGreaterThan(3);
      }
      for (const [one, other] of pairs(shades)) {
        expect(distance(one, other), name).toBeGreaterThan(9);
      }
    }
  },
);

test("both themes have the same tokens", () => {
  expect([...tokensOf("light").keys()]).toEqual([...tokensOf("dark").keys()]);
});
