import { colourOf } from "../theme/colours.ts";
import { formatMoment, formatTimeOfDay } from "../lib/format/moment.ts";
import { newest } from "../lib/series/series.ts";
import { zoneName } from "../lib/time/zone.ts";
import type { Zone } from "../lib/time/zone.ts";
import type { ChartTheme } from "./chart-theme.ts";
import { createChart } from "./echarts.ts";
import { endLabels } from "./end-labels.ts";
import { lineStyle } from "./line-style.ts";
import { BARS, spanOf } from "./marks.ts";
import { chartOptions } from "./options.ts";
import type { OptionsInput } from "./options.ts";
import { BOTTOM, LEFT, TOP, clampedX } from "./plot.ts";
import type { Plot } from "./plot.ts";
import type { ChartSeries, Mark, Threshold } from "./types.ts";

/** A panel as it is to be drawn. */
export interface PictureInput extends OptionsInput {
  readonly title: string;
  readonly thresholds: readonly Threshold[];
  readonly marks: readonly Mark[];
  /** When the data was asked for, in seconds since 1970. */
  readonly at: number;
}

/** Pixels of the picture for each of the page's. */
const SHARPNESS = 2;
const EDGE = 16;
const HEADER = 34;
const ROW = 20;
const MOST_MARKS = 6;
const MARK_COLOURS = { deploy: "--muted", fault: "--degraded", alert: "--down" } as const;
const MARK_GLYPHS = { deploy: "▲", fault: "◆", alert: "●" } as const;

/** A panel as a PNG image: what stands around the lines on the page is drawn as well. */
export async function drawPicture(input: PictureInput): Promise<Blob> {
  await document.fonts.ready;
  const { plot, theme } = input;
  const legend = legendRows(input);
  const marks = input.marks.filter((mark) => spanOf(mark).end >= plot.span.start);
  const told = marks.slice(-MOST_MARKS);
  const top = EDGE + HEADER + legend.length * ROW;
  const height = top + plot.height + (told.length + 1) * ROW + EDGE;
  const canvas = document.createElement("canvas");
  canvas.width = (plot.width + 2 * EDGE) * SHARPNESS;
  canvas.height = height * SHARPNESS;
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("this browser draws no pictures");
  const pen = new Pen(context, theme);
  context.scale(SHARPNESS, SHARPNESS);
  pen.fill(colourOf("--panel"), 0, 0, plot.width + 2 * EDGE, height);
  pen.write(input.title, EDGE, EDGE + 14, { size: 15, weight: 600, colour: colourOf("--text") });
  legend.forEach((row, index) => drawLegend(pen, row, EDGE + HEADER + index * ROW));
  context.translate(EDGE, top);
  drawMarks(pen, plot, marks);
  context.drawImage(linesOf(input), 0, 0, plot.width, plot.height);
  drawPlot(pen, input);
  told.forEach((mark, index) =>
    pen.write(wordsOf(mark, input.zone), 0, plot.height + (index + 0.7) * ROW),
  );
  pen.write(footOf(input), 0, plot.height + (told.length + 0.7) * ROW);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the picture is empty")))),
  );
}

interface Ink {
  readonly size?: number;
  readonly weight?: number;
  readonly colour?: string;
  readonly align?: CanvasTextAlign;
}

/** Draws on a canvas in the words of this file. */
class Pen {
  readonly context: CanvasRenderingContext2D;
  readonly theme: ChartTheme;

  constructor(context: CanvasRenderingContext2D, theme: ChartTheme) {
    this.context = context;
    this.theme = theme;
  }

  fill(colour: string, x: number, y: number, width: number, height: number, opacity = 1) {
    this.context.globalAlpha = opacity;
    this.context.fillStyle = colour;
    this.context.fillRect(x, y, width, height);
    this.context.globalAlpha = 1;
  }

  /** Writes on a base line; returns how wide the words are. */
  write(text: string, x: number, y: number, ink: Ink = {}): number {
    const { size = 11, weight = 400, colour = this.theme.text, align = "left" } = ink;
    this.context.font = `${weight} ${size}px ${this.theme.fontFamily}`;
    this.context.fillStyle = colour;
    this.context.textAlign = align;
    this.context.fillText(text, x, y);
    return this.context.measureText(text).width;
  }

  line(from: readonly [number, number], to: readonly [number, number], style: LineInk) {
    const { context } = this;
    context.globalAlpha = style.opacity ?? 1;
    context.strokeStyle = style.colour;
    context.lineWidth = style.width ?? 1;
    context.setLineDash([...(style.dash ?? [])]);
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
    context.globalAlpha = 1;
  }
}

interface LineInk {
  readonly colour: string;
  readonly width?: number;
  readonly dash?: readonly number[];
  readonly opacity?: number;
}

/** The lines themselves, by a chart that nobody sees. */
function linesOf(input: PictureInput): HTMLCanvasElement {
  const { width, height } = input.plot;
  const box = document.createElement("div");
  const chart = createChart(box);
  chart.resize({ width, height });
  chart.setOption(chartOptions(input));
  const canvas = chart.renderToCanvas({ pixelRatio: SHARPNESS });
  chart.dispose();
  return canvas;
}

interface LegendRow {
  readonly series: ChartSeries;
  readonly text: string;
}

/** The names of the lines with their newest values, in rows as wide as the plot. */
function legendRows({ series, plot }: PictureInput): LegendRow[][] {
  const perRow = Math.max(Math.floor(plot.width / LEGEND_WIDTH), 1);
  const all = series
    .toSorted((one, other) => Number(one.kind === "ghost") - Number(other.kind === "ghost"))
    .map((one) => {
      const last = newest(one.data);
      return {
        series: one,
        text: `${one.name}  ${last ? plot.axis.say(last.value) : "no data"}`,
      };
    });
  const rows: LegendRow[][] = [];
  for (let first = 0; first < all.length; first += perRow) {
    rows.push(all.slice(first, first + perRow));
  }
  return rows;
}

const LEGEND_WIDTH = 220;

function drawLegend(pen: Pen, row: readonly LegendRow[], y: number) {
  row.forEach(({ series, text }, index) => {
    const x = EDGE + index * LEGEND_WIDTH;
    const style = lineStyle(series);
    pen.line([x, y + 6], [x + 20, y + 6], { ...style, colour: pen.theme.colourOf(style) });
    pen.write(text, x + 26, y + 10, { size: 12, colour: colourOf("--text") });
  });
}

function drawMarks(pen: Pen, plot: Plot, marks: readonly Mark[]) {
  const height = plot.height - TOP - BOTTOM;
  for (const mark of marks) {
    const { start, end } = spanOf(mark);
    const [x, until] = [clampedX(plot, start), clampedX(plot, end)];
    const colour = colourOf(MARK_COLOURS[mark.kind]);
    pen.fill(colour, x, BARS[mark.kind], until - x, 2);
    pen.line([x, TOP], [x, TOP + height], { colour, dash: [3, 3], opacity: 0.6 });
    pen.write(MARK_GLYPHS[mark.kind], x, TOP - 9, { colour, align: "center" });
  }
}

function drawPlot(pen: Pen, { plot, series, thresholds }: PictureInput) {
  const { theme } = pen;
  pen.write(plot.axis.suffix, LEFT - 8, 12, { align: "right" });
  for (const { value, text } of thresholds) {
    const y = Math.round(plot.yAt(value));
    pen.line([LEFT, y], [plot.width - plot.right, y], { colour: colourOf("--down"), dash: [3, 2] });
    pen.write(text, LEFT + 4, y - 4, { colour: colourOf("--down") });
  }
  if (!plot.hasEndLabels) return;
  const named = series.filter(({ kind }) => kind !== "ghost");
  for (const { series: one, y } of endLabels(plot, named)) {
    const x = plot.width - plot.right + 8;
    pen.line([x, y], [x + 6, y], { colour: theme.colourOf(lineStyle(one)), width: 2 });
    pen.write(one.name, x + 10, y + 4);
  }
}

function wordsOf(mark: Mark, zone: Zone): string {
  const { start, end } = spanOf(mark);
  const until = end > start ? ` to ${formatTimeOfDay(end, zone)}` : "";
  const glyph = MARK_GLYPHS[mark.kind];
  return `${glyph} ${mark.kind} in ${mark.environment}: ${mark.text}, ${formatMoment(start, zone)}${until}`;
}

function footOf({ plot: { span }, at, zone }: PictureInput): string {
  const [start, end, asked] = [span.start, span.end, at].map((time) => formatMoment(time, zone));
  return `${start} – ${end} ${zoneName(zone)} · Sightline, as of ${asked}`;
}
