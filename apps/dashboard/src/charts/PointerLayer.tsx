import { useContext, useState } from "react";
import type { KeyboardEvent, PointerEvent } from "react";
import { formatMoment } from "../lib/format/moment.ts";
import type { Zone } from "../lib/time/zone.ts";
import { CursorContext } from "./cursor-store.ts";
import { BOTTOM, TOP, clampedX } from "./plot.ts";
import type { Plot } from "./plot.ts";
import styles from "./PointerLayer.module.css";
import { newestTime, snapped, stepOf } from "./sample.ts";
import { tooltipRows } from "./tooltip-rows.ts";
import type { ChartSeries, Span } from "./types.ts";

interface Props {
  readonly chart: string;
  readonly title: string;
  readonly plot: Plot;
  readonly series: readonly ChartSeries[];
  readonly zone: Zone;
  readonly onRange?: ((range: Span) => void) | undefined;
}

interface Selection {
  readonly from: number;
  readonly to: number;
}

/** A smaller movement of the pointer is a click, in pixels. */
const DRAG = 4;
/** Nothing shorter can be zoomed into, in seconds. */
const SHORTEST = 60;
const LEAPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  PageUp: -10,
  PageDown: 10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/**
 * What pointer and keys do to a chart: move the cursor, and select a range to zoom into. For
 * assistive technology it is a slider over time; a live region says the values.
 */
export function PointerLayer({ chart, title, plot, series, zone, onRange }: Props) {
  const cursor = useContext(CursorContext);
  const [anchor, setAnchor] = useState<number>();
  const [selection, setSelection] = useState<Selection>();
  const [time, setTime] = useState<number>();
  const { span } = plot;

  function cancel() {
    setAnchor(undefined);
    setSelection(undefined);
  }

  function choose({ from, to }: Selection) {
    cancel();
    const middle = (from + to) / 2;
    const half = Math.max(Math.abs(to - from), SHORTEST) / 2;
    onRange?.({ start: Math.floor(middle - half), end: Math.ceil(middle + half) });
  }

  function point(event: PointerEvent) {
    const { offsetX, offsetY } = event.nativeEvent;
    const pointed = Math.min(Math.max(plot.timeAt(offsetX), span.start), span.end);
    const drawn = plot.drawnAt(offsetY);
    cursor.set({ time: snapped(series, span, pointed), chart, drawn });
    if (anchor === undefined) return;
    const isDrag = Math.abs(plot.xAt(pointed) - plot.xAt(anchor)) >= DRAG;
    setSelection(isDrag ? { from: anchor, to: pointed } : undefined);
  }

  function press(event: PointerEvent<HTMLElement>) {
    // A finger moves the cursor or the page; only a mouse or a pen selects.
    if (event.button !== 0 || event.pointerType === "touch" || onRange === undefined) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setSelection(undefined);
    setAnchor(Math.min(Math.max(plot.timeAt(event.nativeEvent.offsetX), span.start), span.end));
  }

  function release() {
    if (anchor !== undefined && selection !== undefined) choose(selection);
    else setAnchor(undefined);
  }

  function leave() {
    if (cursor.get()?.chart === chart) cursor.set(null);
  }

  function step(leap: number, isSelecting: boolean) {
    const from = cursor.get()?.time ?? time ?? newestTime(series) ?? span.end;
    const wanted = Math.min(Math.max(from + leap * stepOf(series, span), span.start), span.end);
    const to = snapped(series, span, wanted);
    cursor.set({ time: to, chart, drawn: undefined });
    setTime(to);
    setSelection(isSelecting ? { from: selection?.from ?? from, to } : undefined);
  }

  function pressKey(event: KeyboardEvent) {
    const leap = LEAPS[event.key];
    if (leap !== undefined) step(leap, event.shiftKey && onRange !== undefined);
    else if (event.key === "Enter" && selection) choose(selection);
    else if (event.key === "Escape" && selection) cancel();
    else if (event.key === "Escape" && cursor.get()?.chart === chart) leave();
    else return;
    event.preventDefault();
  }

  const at = time ?? span.end;
  return (
    <>
      <div
        className={styles.layer}
        role="slider" // an input would take the pointer for itself
        tabIndex={0}
        aria-label={`${title}: move the cursor over time`}
        aria-valuemin={span.start}
        aria-valuemax={span.end}
        aria-valuenow={at}
        aria-valuetext={formatMoment(at, zone)}
        onPointerMove={point}
        onPointerDown={press}
        onPointerUp={release}
        onPointerCancel={cancel}
        onPointerLeave={leave}
        onDoubleClick={cancel}
        onKeyDown={pressKey}
        onBlur={leave}
      />
      {selection && <SelectionBox plot={plot} selection={selection} />}
      <div className={styles.spoken} aria-live="polite">
        {time === undefined ? "" : spoken(plot, series, time)}
      </div>
    </>
  );
}

function SelectionBox({ plot, selection }: { plot: Plot; selection: Selection }) {
  const [left, right] = [selection.from, selection.to]
    .map((time) => clampedX(plot, time))
    .toSorted((a, b) => a - b) as [number, number];
  const style = { left, width: right - left, top: TOP, height: plot.height - TOP - BOTTOM };
  return <div className={styles.selection} style={style} />;
}

function spoken(plot: Plot, series: readonly ChartSeries[], time: number): string {
  const { rows, left } = tooltipRows(series, time);
  const words = rows.map(({ series: { name }, value }) => `${name} ${plot.axis.say(value)}`);
  if (left > 0) words.push(`and ${left} more`);
  return words.length > 0 ? words.join(", ") : "no data";
}
