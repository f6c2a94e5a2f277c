import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { CursorContext, createCursorStore } from "./cursor-store.ts";
import { plotOf } from "./plot.ts";
import { PointerLayer } from "./PointerLayer.tsx";
import type { ChartSeries, Span } from "./types.ts";
import { valueAxis } from "./value-axis.ts";

const SPAN = { start: 1000, end: 4600 };
const series: readonly ChartSeries[] = ["prod", "dev"].map((name, index) => ({
  id: name,
  name,
  slot: index + 1,
  kind: "line",
  data: {
    labels: {},
    start: 1000,
    step: 60,
    values: Float64Array.from({ length: 61 }, (_, at) =>
      index === 1 && at > 58 ? Number.NaN : 10 * at,
    ),
  },
}));

function show() {
  const cursor = createCursorStore();
  const onRange = vi.fn<(range: Span) => void>();
  const axis = valueAxis({
    series,
    thresholds: [],
    unit: "requests/s",
    scale: "linear",
    height: 200,
  });
  const plot = plotOf({ width: 800, height: 200, span: SPAN, axis, lines: 2 });
  const { container } = render(
    <CursorContext value={cursor}>
      <PointerLayer
        {...{ chart: "one", title: "Request rate", plot, series, zone: "UTC", onRange }}
      />
    </CursorContext>,
  );
  const slider = screen.getByRole("slider", { name: /Request rate/ });
  slider.setPointerCapture = () => undefined;
  /** What a browser sends when the pointer is at a time. */
  const at = (time: number) => ({ offsetX: plot.xAt(time), offsetY: 100, button: 0 });
  const fire = (type: string, init: object) => {
    fireEvent(slider, define(new MouseEvent(type, { bubbles: true }), init));
  };
  const live = () => container.querySelector("[aria-live]")?.textContent;
  return { cursor, onRange, at, fire, live, slider };
}

function define(event: Event, fields: object): Event {
  for (const [name, value] of Object.entries({ pointerType: "mouse", pointerId: 1, ...fields })) {
    Object.defineProperty(event, name, { value });
  }
  return event;
}

test("arrow keys move the cursor from sample to sample and say the values", async () => {
  const { cursor, live, slider } = show();
  await userEvent.tab();
  await userEvent.keyboard("{ArrowLeft}");
  expect(cursor.get()).toMatchObject({ time: 4540, chart: "one" });
  expect(live()).toBe("prod 590 req/s");
  await userEvent.keyboard("{ArrowLeft}");
  expect(live()).toBe("prod 580 req/s, dev 580 req/s");
  await userEvent.keyboard("{Home}");
  expect(cursor.get()?.time).toBe(1000);
  expect(slider).toHaveAttribute("aria-valuetext", "1 Jan 00:16:40");
  await userEvent.keyboard("{Escape}");
  expect(cursor.get()).toBeNull();
});

test("Shift and arrows select a range, Enter zooms into it", async () => {
  const { onRange } = show();
  await userEvent.tab();
  await userEvent.keyboard("{Home}{Shift>}{ArrowRight}{ArrowRight}{/Shift}{Enter}");
  expect(onRange).toHaveBeenCalledExactlyOnceWith({ start: 1000, end: 1120 });
});

test("the pointer moves the cursor onto the nearest sample, and takes it along when it leaves", () => {
  const { cursor, at, fire } = show();
  fire("pointermove", at(1185));
  expect(cursor.get()?.time).toBe(1180);
  fire("pointerout", {});
  expect(cursor.get()).toBeNull();
});

test("dragging selects a range, in either direction", () => {
  const { onRange, at, fire } = show();
  fire("pointerdown", at(3000));
  fire("pointermove", at(2000));
  fire("pointerup", at(2000));
  expect(onRange).toHaveBeenCalledTimes(1);
  expect(onRange.mock.calls[0]?.[0]).toEqual({ start: 2000, end: 3000 });
});

test("a click, a double click and a finger select nothing", async () => {
  const { onRange, at, fire, slider } = show();
  await userEvent.dblClick(slider);
  fire("pointerdown", { ...at(3000), pointerType: "touch" });
  fire("pointermove", { ...at(2000), pointerType: "touch" });
  fire("pointerup", { ...at(2000), pointerType: "touch" });
  expect(onRange).not.toHaveBeenCalled();
});

test("Escape takes a selection back before the pointer is released", async () => {
  const { onRange, at, fire, slider } = show();
  fire("pointerdown", at(3000));
  fire("pointermove", at(2000));
  slider.focus();
  await userEvent.keyboard("{Escape}");
  fire("pointerup", at(2000));
  expect(onRange).not.toHaveBeenCalled();
});

test("a tiny selection becomes a minute", () => {
  const { onRange, at, fire } = show();
  fire("pointerdown", at(3000));
  fire("pointermove", at(3025));
  fire("pointerup", at(3025));
  const range = onRange.mock.calls[0]?.[0];
  expect((range?.end ?? 0) - (range?.start ?? 0)).toBeGreaterThanOrEqual(60);
});
