import fc from "fast-check";
import { expect, test } from "vitest";
import { format, formatIn, scaleForAll } from "./units.ts";
import type { Unit } from "./units.ts";

test.each<[Unit, number | undefined, string]>([
  ["requests/s", 0, "0 req/s"],
  ["requests/s", 12.345, "12.3 req/s"],
  ["requests/s", 9.996, "10 req/s"],
  ["requests/s", 1234.5, "1,235 req/s"],
  ["requests/s", 12_345, "12.3 kreq/s"],
  ["requests/s", 0.0001, "<0.01 req/s"],
  ["ratio", 0.0512, "5.12 %"],
  ["ratio", 1, "100 %"],
  ["seconds", 0.0834, "83.4 ms"],
  ["seconds", 1.239, "1.24 s"],
  ["seconds", 0, "0 ms"],
  ["seconds", 0.000_02, "20 µs"],
  ["count", 1_500_000, "1.5 M"],
  ["times", 3.166, "3.17 ×"],
  ["bytes", 1536, "1.5 KiB"],
  ["ratio", undefined, "–"],
  ["seconds", Number.NaN, "–"],
  ["requests/s", Number.POSITIVE_INFINITY, "∞ req/s"],
  ["requests/s", -2.5, "−2.5 req/s"],
])("%s of %j read %j", (unit, value, text) => {
  expect(format(unit, value)).toBe(text);
});

test("numbers of one column share a unit", () => {
  const scale = scaleForAll("seconds", [1.24, Number.NaN, 0.083]);
  expect(scale.suffix).toBe("ms");
  const written = [0.083, 1.2, 0, undefined].map((value) => formatIn(scale, value));
  expect(written).toEqual(["83.0", "1,200", "0", "–"]);
});

test("what is not nothing never reads as nothing", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-12, max: 1e12, noNaN: true }), (value) => {
      expect(formatIn(scaleForAll("requests/s", []), value)).not.toBe("0");
    }),
  );
});

test("the written number is within half a percent of the real one", () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e9, noNaN: true }), (value) => {
      const written = Number(formatIn(scaleForAll("requests/s", []), value).replaceAll(",", ""));
      expect(Math.abs(written - value) / value).toBeLessThan(0.0051);
    }),
  );
});
