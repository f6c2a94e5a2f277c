import { expect, test } from "vitest";
import { timeTicks } from "./time-axis.ts";

const at = (text: string) => Date.parse(text) / 1000;
const texts = (start: string, end: string, width: number, zone: string) =>
  timeTicks({ start: at(start), end: at(end) }, width, zone).map(({ text }) => text);

test("an hour has round minutes", () => {
  expect(texts("2026-11-23T12:13:20Z", "2026-11-23T13:13:20Z", 500, "UTC")).toEqual([
    "12:15",
    "12:30",
    "12:45",
    "13:00",
  ]);
});

test("five minutes on a wide chart have seconds", () => {
  expect(texts("2026-11-23T12:00:10Z", "2026-11-23T12:02:10Z", 400, "UTC")).toEqual([
    "12:00:30",
    "12:01:00",
    "12:01:30",
    "12:02:00",
  ]);
});

test("midnight is a date, in the reader's zone", () => {
  expect(texts("2026-11-22T16:00:00Z", "2026-11-23T04:00:00Z", 300, "UTC")).toEqual([
    "16:00",
    "20:00",
    "23 Nov",
    "04:00",
  ]);
  expect(texts("2026-11-22T16:00:00Z", "2026-11-23T04:00:00Z", 300, "America/New_York")).toEqual([
    "12:00",
    "16:00",
    "20:00",
  ]);
});

test("a zone that is half an hour off has full hours of its own", () => {
  const ticks = timeTicks(
    { start: at("2026-11-23T10:00:00Z"), end: at("2026-11-23T13:00:00Z") },
    340,
    "Asia/Kolkata",
  );
  expect(ticks.map(({ text }) => text)).toEqual(["16:00", "17:00", "18:00"]);
  expect(ticks[0]?.at).toBe(at("2026-11-23T10:30:00Z"));
});

test("ticks stay round over the end of summer time", () => {
  expect(texts("2026-10-24T16:00:00Z", "2026-10-25T16:00:00Z", 400, "Europe/Berlin")).toEqual([
    "18:00",
    "25 Oct",
    "06:00",
    "12:00",
  ]);
});

test("in the hour that is repeated ticks go on", () => {
  expect(texts("2026-10-25T00:40:00Z", "2026-10-25T01:40:00Z", 300, "Europe/Berlin")).toEqual([
    "02:00",
    "02:30",
  ]);
});

test("labels have room, however long the range is", () => {
  for (const length of [60, 300, 3600, 86_400, 30 * 86_400, 400 * 86_400]) {
    const ticks = timeTicks({ start: 1_700_000_017, end: 1_700_000_017 + length }, 600, "UTC");
    expect(ticks.length).toBeGreaterThan(1);
    expect(ticks.length).toBeLessThan(9);
  }
});
