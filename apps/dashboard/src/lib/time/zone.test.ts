import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatIso,
  formatOffset,
  isZone,
  localOf,
  momentsOf,
  offsetAt,
  zoneNames,
} from "./zone.ts";

const moments = (local: string, zone: string) =>
  momentsOf(local, zone).map((moment) => formatIso(moment, "UTC"));
const written = (zone: string, moment: number) => formatOffset(offsetAt(moment, zone));

/** At noon UTC; seconds since 1970. */
const JANUARY = 1_767_268_800;
const JULY = 1_782_907_200;

describe("a local time", () => {
  test("is one moment as a rule", () => {
    expect(moments("2026-11-23T12:00:00", "Europe/Berlin")).toEqual(["2026-11-23T11:00:00.000Z"]);
    expect(moments("2026-11-23T12:00:00", "Asia/Kolkata")).toEqual(["2026-11-23T06:30:00.000Z"]);
    expect(moments("2026-07-01T12:00:00", "Pacific/Chatham")).toEqual(["2026-06-30T23:15:00.000Z"]);
  });

  test("does not exist when clocks go forward", () => {
    expect(moments("2026-03-29T01:59:59", "Europe/Berlin")).toEqual(["2026-03-29T00:59:59.000Z"]);
    expect(moments("2026-03-29T02:00:00", "Europe/Berlin")).toEqual([]);
    expect(moments("2026-03-29T02:30:00", "Europe/Berlin")).toEqual([]);
    expect(moments("2026-03-29T03:00:00", "Europe/Berlin")).toEqual(["2026-03-29T01:00:00.000Z"]);
    expect(moments("2026-09-27T03:00:00", "Pacific/Chatham")).toEqual([]);
  });

  test("happens twice when clocks go back", () => {
    expect(moments("2026-10-25T02:30:00", "Europe/Berlin")).toEqual([
      "2026-10-25T00:30:00.000Z",
      "2026-10-25T01:30:00.000Z",
    ]);
    expect(moments("2026-04-05T03:15:00", "Pacific/Chatham")).toEqual([
      "2026-04-04T13:30:00.000Z",
      "2026-04-04T14:30:00.000Z",
    ]);
    expect(moments("2026-10-25T03:00:00", "Europe/Berlin")).toHaveLength(1);
  });

  test("that nobody finished is no moment", () => {
    expect(moments("", "UTC")).toEqual([]);
  });
});

test("every moment is among those of its own local time", () => {
  const zone = fc.constantFrom("Europe/Berlin", "Asia/Kolkata", "Pacific/Chatham", "UTC");
  fc.assert(
    fc.property(zone, fc.integer({ min: 0, max: 4_000_000_000 }), (name, moment) => {
      expect(momentsOf(localOf(moment, name), name)).toContain(moment);
    }),
  );
});

test("an offset is written as people say it", () => {
  expect(written("UTC", JULY)).toBe("UTC");
  expect(written("Europe/Berlin", JANUARY)).toBe("UTC+1");
  expect(written("Europe/Berlin", JULY)).toBe("UTC+2");
  expect(written("Asia/Kolkata", JULY)).toBe("UTC+5:30");
  expect(written("Pacific/Chatham", JULY)).toBe("UTC+12:45");
  expect(written("America/St_Johns", JANUARY)).toBe("UTC−3:30");
});

test("a moment in a file says its offset, so that the repeated hour is no riddle", () => {
  const twice = momentsOf("2026-10-25T02:30:00", "Europe/Berlin");
  expect(twice.map((moment) => formatIso(moment, "Europe/Berlin"))).toEqual([
    "2026-10-25T02:30:00.000+02:00",
    "2026-10-25T02:30:00.000+01:00",
  ]);
  expect(twice.map((moment) => formatIso(moment, undefined))).toEqual([
    "2026-10-25T00:30:00.000Z",
    "2026-10-25T01:30:00.000Z",
  ]);
});

test("only names of zones are zones", () => {
  expect(["UTC", "Europe/Berlin", "Pacific/Chatham"].every(isZone)).toBe(true);
  expect(["", "Mars/Olympus", "+02:00", " 02:00", undefined, 7].some(isZone)).toBe(false);
  expect(zoneNames()[0]).toBe("UTC");
  expect(zoneNames().every(isZone)).toBe(true);
  expect(zoneNames()).toContain("Asia/Kolkata");
});
