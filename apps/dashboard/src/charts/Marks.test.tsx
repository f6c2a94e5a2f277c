import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { Marks } from "./Marks.tsx";
import { LEFT, plotOf } from "./plot.ts";
import type { Mark } from "./types.ts";
import { valueAxis } from "./value-axis.ts";

const AXIS = valueAxis({
  series: [],
  thresholds: [],
  unit: "count",
  scale: "linear",
  height: 200,
});
const PLOT = plotOf({
  width: LEFT + 1000 + 10,
  height: 200,
  span: { start: 1000, end: 2000 },
  axis: AXIS,
  lines: 1,
});

function alert(start: number, end: number): Mark {
  return { kind: "alert", environment: "prod", text: "ErrorsHigh", start, end };
}

function draw(...marks: Mark[]) {
  const { container } = render(
    <MantineProvider env="test">
      <Marks plot={PLOT} marks={marks} zone="UTC" />
    </MantineProvider>,
  );
  const place = (part: string) =>
    [...container.querySelectorAll<HTMLElement>(`.${part}`)].map(({ style }) => ({
      left: style.left,
      width: style.width,
    }));
  return { bars: place("bar"), starts: place("start") };
}

test("an alert over the whole range is a bar above the plot, and no line within it", () => {
  expect(draw({ ...alert(500, 1990), isOn: true })).toEqual({
    bars: [{ left: `${LEFT}px`, width: "1000px" }],
    starts: [],
  });
  expect(
    screen.getByRole("button", { name: "alert in prod: ErrorsHigh, since 1 Jan 00:08:20" }),
  ).toBeVisible();
});

test("an alert that began within the range has a line there", () => {
  expect(draw(alert(1400, 1600))).toEqual({
    bars: [{ left: `${LEFT + 400}px`, width: "200px" }],
    starts: [{ left: `${LEFT + 400}px`, width: "" }],
  });
});

test("a deploy is a moment: it has a line and no bar", () => {
  const deploy: Mark = { kind: "deploy", environment: "prod", text: "1.1", at: 1500 };
  const { bars, starts } = draw(deploy);
  expect([bars.length, starts.length]).toEqual([0, 1]);
});
