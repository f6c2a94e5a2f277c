import { offsetAt } from "../lib/time/zone.ts";
import type { Zone } from "../lib/time/zone.ts";
import type { Span } from "./types.ts";
import type { Tick } from "./value-axis.ts";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const STEPS = [
  5,
  10,
  15,
  30,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  4 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
];

const PIXELS_PER_TICK = 84;

/** Round times of day in the reader's zone, as many as a width in pixels has room for. */
export function timeTicks(span: Span, width: number, zone: Zone): Tick[] {
  const least = ((span.end - span.start) * PIXELS_PER_TICK) / Math.max(width, PIXELS_PER_TICK);
  const step = STEPS.find((candidate) => candidate >= least) ?? Math.ceil(least / DAY) * DAY;
  const clock = clockOf(zone);
  const ticks: Tick[] = [];
  let at = nextRound(span.start - 1, step, clock);
  while (at <= span.end) {
    ticks.push({ at, text: textOf(clock, at, step) });
    at = nextRound(at, step, clock);
  }
  return ticks;
}

/** The first time after another one at which the local clock shows a multiple of the step. */
function nextRound(after: number, step: number, clock: Clock): number {
  const offset = clock.offset(after);
  const local = after + offset;
  const next = after + (Math.floor(local / step) + 1) * step - local;
  // Summer time that begins or ends in between moves the clock by an hour; finer steps stay round.
  const moved = step > HOUR ? clock.offset(next) - offset : 0;
  return next - moved > after ? next - moved : next;
}

function textOf(clock: Clock, at: number, step: number): string {
  if ((at + clock.offset(at)) % DAY === 0) return clock.date(at);
  return step < MINUTE ? clock.seconds(at) : clock.minutes(at);
}

interface Clock {
  readonly offset: (seconds: number) => number;
  readonly date: (seconds: number) => string;
  readonly minutes: (seconds: number) => string;
  readonly seconds: (seconds: number) => string;
}

const clocks = new Map<Zone, Clock>();

function clockOf(zone: Zone): Clock {
  const known = clocks.get(zone) ?? makeClock(zone);
  clocks.set(zone, known);
  return known;
}

function makeClock(zone: Zone): Clock {
  const writer = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat("en-GB", {
      ...(zone === undefined ? {} : { timeZone: zone }),
      ...options,
    });
    return (seconds: number) => format.format(seconds * 1000);
  };
  return {
    offset: (seconds) => offsetAt(seconds, zone),
    date: writer({ day: "numeric", month: "short" }),
    minutes: writer({ hour: "2-digit", minute: "2-digit" }),
    seconds: writer({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  };
}
