import { formatAge } from "../format/age.ts";
import { formatMoment, formatTimeOfDay } from "../format/moment.ts";
import { format } from "../format/units.ts";
import { counted, listed } from "../format/words.ts";
import { SIGNALS } from "../promql/signals.ts";
import type { Stretch } from "../series/presence.ts";
import type { IncidentEvent } from "./events.ts";

/** One thing that happened, in words. */
export interface Told {
  /** When, as the reader's clock shows it. */
  readonly time: string;
  readonly text: string;
}

/** The control plane's place in a sentence. */
const CONTROL_PLANE = "the control plane";

export function tell(event: IncidentEvent, zone: string): Told {
  return { time: timeOf(event, zone), text: textOf(event, zone) };
}

function timeOf({ start, end, isEarlier }: IncidentEvent, zone: string): string {
  const from = isEarlier ? `before ${formatMoment(start, zone)}` : formatMoment(start, zone);
  if (end === undefined) return `since ${from}`;
  if (end === start) return from;
  return `${from} to ${formatEnd(start, end, zone)} (${formatAge(end - start)})`;
}

/** The end of a stretch; its day only where it is another one. */
function formatEnd(start: number, end: number, zone: string): string {
  const day = (time: number) => formatMoment(time, zone).replace(formatTimeOfDay(time, zone), "");
  return day(start) === day(end) ? formatTimeOfDay(end, zone) : formatMoment(end, zone);
}

function textOf(event: IncidentEvent, zone: string): string {
  const where = placeOf(event);
  const isOver = event.end !== undefined;
  switch (event.kind) {
    case "alert":
      return `Alert ${event.name} (${event.severity}) ${isOver ? "fired in" : "fires in"} ${where}`;
    case "threshold": {
      const { noun, unit } = SIGNALS[event.signal];
      const peak = `${format(unit, event.peak)} at ${formatTimeOfDay(event.peakAt, zone)}`;
      const limit = format(unit, event.limit);
      return `The ${noun} of ${where} ${isOver ? "was" : "is"} over ${limit}, at most ${peak}`;
    }
    case "deploy":
      return `Version ${event.version} was deployed in ${where}`;
    case "fault":
      return `A fault (${event.fault}) ${isOver ? "was" : "is"} injected in ${where}`;
    case "silence":
      return silenceOf(event, where, isOver);
  }
}

/** So many data planes are named; the page of data planes has all. */
const NAMED = 3;

type Silence = Extract<IncidentEvent, { kind: "silence" }>;

function silenceOf({ planes, more: unnamed }: Silence, where: string, isOver: boolean): string {
  const all = planes.length + unnamed;
  const [one] = planes;
  if (all === 1 && one !== undefined) {
    return `Data plane ${one} of ${where} ${isOver ? "sent" : "sends"} no metrics`;
  }
  if (one === undefined) {
    const verb = isOver ? "sent" : all === 1 ? "sends" : "send";
    return `${counted(all, "more data plane")} of ${where} ${verb} no metrics`;
  }
  const more = all - Math.min(planes.length, NAMED);
  const names = listed([...planes.slice(0, NAMED), ...(more > 0 ? [`${more} more`] : [])]);
  return `${all} data planes of ${where} ${isOver ? "sent" : "send"} no metrics: ${names}`;
}

/** How many data planes were silent, those that nobody named counted once for each environment. */
function silentIn(troubles: readonly IncidentEvent[]): number {
  const silences = troubles.filter((one) => one.kind === "silence");
  const named = new Set(silences.flatMap(({ planes }) => planes));
  const places = Map.groupBy(silences, ({ environment }) => environment);
  const most = [...places.values()].map((own) => Math.max(...own.map(({ more }) => more)));
  return most.reduce((sum, more) => sum + more, named.size);
}

function placeOf({ environment }: IncidentEvent): string {
  return environment ?? CONTROL_PLANE;
}

/** What hurts; deploys and faults may explain it. */
function isTrouble({ kind }: IncidentEvent): boolean {
  return kind === "alert" || kind === "threshold" || kind === "silence";
}

/** The range in a sentence or two: who was hurt, since when, how badly, and what came before. */
export function headlineOf(events: readonly IncidentEvent[], zone: string): string {
  const troubles = events.filter(isTrouble);
  const [first] = troubles;
  if (first === undefined) return `Nothing went wrong${explanation(events)}.`;
  const places = listed([...new Set(troubles.map(placeOf))]);
  const last = Math.max(...troubles.map(({ end }) => end ?? Infinity));
  const began = `${first.isEarlier ? "before " : ""}${formatMoment(first.start, zone)}`;
  const verb = last === Infinity ? "Trouble in" : "There was trouble in";
  const when =
    last === Infinity ? `since ${began}` : `${began} to ${formatEnd(first.start, last, zone)}`;
  return `${verb} ${places}, ${when}: ${countsOf(troubles)}${explanation(events)}.`;
}

function countsOf(troubles: readonly IncidentEvent[]): string {
  const alerts = troubles.filter(({ kind }) => kind === "alert");
  const still = alerts.filter(({ end }) => end === undefined).length;
  const peaks = (["errors", "p95"] as const).flatMap((signal) => {
    const [worst] = troubles
      .flatMap((one) => (one.kind === "threshold" && one.signal === signal ? [one] : []))
      .toSorted((one, other) => other.peak - one.peak);
    if (worst === undefined) return [];
    const { noun, unit } = SIGNALS[signal];
    return [`${noun} of ${placeOf(worst)} up to ${format(unit, worst.peak)}`];
  });
  const silent = silentIn(troubles);
  const fired = alerts.length > 0 ? [`${counted(alerts.length, "alert")}, ${stillOf(still)}`] : [];
  const quiet = silent > 0 ? [`${counted(silent, "data plane")} silent`] : [];
  return [...fired, ...peaks, ...quiet].join("; ");
}

function stillOf(count: number): string {
  if (count === 0) return "none still firing";
  return `${count} still firing`;
}

function explanation(events: readonly IncidentEvent[]): string {
  const deploys = events.filter(({ kind }) => kind === "deploy").length;
  const faults = events.filter(({ kind }) => kind === "fault").length;
  const parts = [
    ...(deploys > 0 ? [counted(deploys, "deploy")] : []),
    ...(faults > 0 ? [counted(faults, "injected fault")] : []),
  ];
  return parts.length > 0 ? `; ${listed(parts)} in this range` : "";
}

/** What the summary is about: the range and the environments. */
export function scopeOf(span: Stretch, titles: readonly string[], zone: string): string {
  const end = formatEnd(span.start, span.end, zone);
  return `${formatMoment(span.start, zone)} to ${end} (${zone}), ${listed([...titles, CONTROL_PLANE])}`;
}
