import { useContext, useLayoutEffect, useRef } from "react";
import type { MouseEvent } from "react";
import { formatTimeOfDay } from "../lib/format/moment.ts";
import { newest } from "../lib/series/series.ts";
import type { Zone } from "../lib/time/zone.ts";
import { CursorContext } from "./cursor-store.ts";
import { isolated, toggled } from "./hidden.ts";
import type { Hidden } from "./hidden.ts";
import styles from "./Legend.module.css";
import { hasEnded, valueAt } from "./sample.ts";
import { Swatch } from "./Swatch.tsx";
import type { Before, ChartSeries, Span } from "./types.ts";
import type { ValueAxis } from "./value-axis.ts";

interface Props {
  readonly series: readonly ChartSeries[];
  readonly axis: ValueAxis;
  readonly span: Span;
  readonly hidden: Hidden;
  readonly onHidden?: ((hidden: Hidden) => void) | undefined;
  readonly before?: Before | undefined;
  readonly zone: Zone;
}

/**
 * The names of a chart's lines, each with its value at the cursor, or else its newest one. A click
 * hides a line, a double click or one with Shift shows it alone.
 */
export function Legend({ series, axis, span, hidden, onHidden, before, zone }: Props) {
  const ids = series.map(({ id }) => id);
  const click = (id: string) => (event: MouseEvent) =>
    onHidden?.(event.shiftKey ? isolated(hidden, id, ids) : toggled(hidden, id));
  const isolate = (id: string) => () => onHidden?.(isolated(hidden, id, ids));
  return (
    <ul className={styles.legend}>
      {series.map((one) => (
        <li key={one.id} className={styles.item} data-hidden={hidden.has(one.id) || undefined}>
          <button
            type="button"
            className={styles.name}
            aria-pressed={!hidden.has(one.id)}
            title={`${one.name}: click to hide or show, Shift+click to show alone`}
            disabled={onHidden === undefined}
            onClick={click(one.id)}
            onDoubleClick={isolate(one.id)}
          >
            <Swatch series={one} />
            <span className={styles.text}>{one.name}</span>
          </button>
          {!hidden.has(one.id) && <Value one={one} axis={axis} span={span} zone={zone} />}
        </li>
      ))}
      {before && (
        <li className={styles.item}>
          <Swatch series={{ slot: 1, kind: "ghost", isPlain: true }} />
          <span className={styles.before}>
            {before.words}
            {before.ghosts.length === 0 && ": no data"}
          </span>
        </li>
      )}
    </ul>
  );
}

/** Characters of the longest number; a comma and a space are as wide as one. */
const NUMBER = 5;

interface ValueProps {
  readonly one: ChartSeries;
  readonly axis: ValueAxis;
  readonly span: Span;
  readonly zone: Zone;
}

/** A value that follows the cursor in every frame; it changes text and renders nothing. */
function Value({ one, axis, span, zone }: ValueProps) {
  const cursor = useContext(CursorContext);
  const element = useRef<HTMLSpanElement>(null);
  const newestWords = newestText(one, axis, span, zone);

  useLayoutEffect(() => {
    const follow = () => {
      if (element.current === null) return;
      const at = cursor.get();
      const text = at ? axis.say(valueAt(one.data, at.time)) : newestWords;
      if (element.current.textContent !== text) element.current.textContent = text;
    };
    follow();
    return cursor.subscribe(follow);
  }, [cursor, one, axis, newestWords]);

  // A width of its own keeps its neighbours in place.
  const width = Math.max(newestWords.length, NUMBER + axis.suffix.length);
  return <span ref={element} className={styles.value} style={{ width: `${width}ch` }} />;
}

/** The newest value, or since when there is none. */
function newestText({ data }: ChartSeries, axis: ValueAxis, span: Span, zone: Zone): string {
  const last = newest(data);
  if (last === undefined) return "no data";
  return hasEnded(data, last.time, span)
    ? `ended ${formatTimeOfDay(last.time, zone)}`
    : axis.say(last.value);
}
