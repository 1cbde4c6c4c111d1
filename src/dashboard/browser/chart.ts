/** A line chart over time, drawn by uPlot. */
import uPlot from "uplot";

/** A colour of CSS, or the name of one of the theme's: `--accent`. */
type ChartColor = string;

interface ChartLine {
  readonly name: string;
  readonly color: ChartColor;
  readonly values: readonly (number | null)[];
  readonly isShown: boolean;
  readonly stroke: "solid" | "dashed";
}

/** The area between two lines that are not drawn. */
export interface ChartBand {
  readonly upper: readonly (number | null)[];
  readonly lower: readonly (number | null)[];
  readonly color: ChartColor;
}

interface ChartMark {
  /** Seconds. */
  readonly time: number;
  readonly value: number;
  readonly shape: "diamond" | "ring";
  readonly color: ChartColor;
}

/** Of a chart with one kind of marks. */
export const plainMark = { shape: "diamond", color: "#b5179e" } as const;

export interface ChartOptions {
  /** In pixels of the page. */
  readonly height: number;
  /** Seconds. */
  readonly times: readonly number[];
  /** Below the lines, the first lowest. */
  readonly bands: readonly ChartBand[];
  readonly lines: readonly ChartLine[];
  /** How values are joined: whether what was true stays so until the next, or changes on the way. */
  readonly joins: "lines" | "steps";
  readonly fills: boolean;
  readonly startsAtZero: boolean;
  readonly formatTimes: (seconds: readonly number[], spacing: number) => readonly string[];
  readonly formatValue: (value: number) => string;
  /** Points on top of the lines. */
  readonly marks: readonly ChartMark[];
  /** Charts of one name show the same moment under the pointer. */
  readonly pointerGroup: string | undefined;
  /** The person has drawn a range, in seconds. */
  readonly onZoom: (start: number, end: number) => void;
  /** What lies under the pointer: the step, or undefined beside the chart. */
  readonly onPoint: (step: number | undefined) => void;
}

export interface Chart {
  update(options: ChartOptions): void;
  close(): void;
}

/** Room for a date below each tick of time, in pixels. */
const tickSpace = 80;
const lastTickRoom = 38;

/** Draws into `place`, as wide as that is. */
export function openChart(place: HTMLElement, options: ChartOptions): Chart {
  let plot = draw(place, options);
  const resized = new ResizeObserver(() =>
    plot.setSize({ width: place.clientWidth, height: options.height }),
  );
  resized.observe(place);
  return {
    update(next) {
      plot.destroy();
      plot = draw(place, next);
    },
    close() {
      resized.disconnect();
      plot.destroy();
    },
  };
}

function draw(place: HTMLElement, options: ChartOptions): uPlot {
  const style = getComputedStyle(place);
  const inTheme = (color: ChartColor) =>
    color.startsWith("--") ? style.getPropertyValue(color) : color;
  const grid = { stroke: inTheme("--line"), width: 1 };
  const axis = { stroke: inTheme("--text"), grid, ticks: grid };
  const { bands, lines } = options;
  const edges = bands.flatMap(({ upper, lower }) => [upper, lower]);
  const columns = [...edges, ...lines.map(({ values }) => values)];
  const data: uPlot.AlignedData = [[...options.times], ...columns.map((column) => [...column])];
  return new uPlot(
    {
      width: place.clientWidth,
      height: options.height,
      // A date below the last tick is wider than what is right of it.
      padding: [null, lastTickRoom, null, null],
      legend: { show: false },
      cursor: cursorOf(options),
      scales: { x: { time: true }, y: { range: (_plot, low, high) => bounds(options, low, high) } },
      axes: [
        {
          ...axis,
          space: tickSpace,
          values: (_plot, ticks) => [...options.formatTimes(ticks, spacingOf(ticks))],
        },
        { ...axis, size: 64, values: (_plot, ticks) => ticks.map(options.formatValue) },
      ],
      series: [
        {},
        ...edges.map((): uPlot.Series => ({ width: 0, points: { show: false } })),
        ...lines.map((line) => seriesOf({ ...line, color: inTheme(line.color) }, options)),
      ],
      bands: bands.map(({ color }, index) => ({
        series: [2 * index + 1, 2 * index + 2],
        fill: inTheme(color),
      })),
      hooks: {
        setSelect: [(plot) => takeZoom(plot, options)],
        setCursor: [(plot) => options.onPoint(plot.cursor.idx ?? undefined)],
        draw: [(plot) => drawMarks(plot, options.marks, inTheme)],
      },
    },
    data,
    place,
  );
}

/** The pointer marks the lines that it is at, and not the edges of bands. */
function cursorOf({ bands, pointerGroup }: ChartOptions): uPlot.Cursor {
  const size = (_plot: uPlot, index: number) => (index > 2 * bands.length ? 7 : 0);
  return {
    drag: { x: true, y: false, setScale: false },
    points: { size },
    ...(pointerGroup === undefined ? {} : { sync: { key: pointerGroup, filters: { pub: moves } } }),
  };
}

/** Others follow the pointer; what is drawn across a chart is meant for that one. */
function moves(event: string): boolean {
  return event === "mousemove" || event === "mouseleave";
}

/** How far apart ticks are, in seconds; a single one stands for a minute. */
function spacingOf([first = 0, second = first + 60]: readonly number[]): number {
  return second - first;
}

function seriesOf(
  { name, color, isShown, stroke }: ChartLine,
  { joins, fills }: ChartOptions,
): uPlot.Series {
  const stepped = joins === "steps" ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
  const paths = stepped === undefined ? {} : { paths: stepped };
  const line = {
    label: name,
    stroke: color,
    width: 1.5,
    show: isShown,
    spanGaps: false,
    ...(stroke === "dashed" ? { dash: [6, 4], points: { show: false } } : {}),
    ...paths,
  };
  return fills ? { ...line, fill: `${color}40` } : line;
}

function bounds({ startsAtZero }: ChartOptions, low: number, high: number): [number, number] {
  const from = startsAtZero ? Math.min(0, low) : low;
  if (from === high) return [from - 1, high + 1];
  const margin = (high - from) * 0.05;
  return [startsAtZero && from === 0 ? 0 : from - margin, high + margin];
}

function takeZoom(plot: uPlot, { onZoom }: ChartOptions): void {
  const { left, width } = plot.select;
  if (width < 5) return;
  onZoom(plot.posToVal(left, "x"), plot.posToVal(left + width, "x"));
  plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
}

function drawMarks(
  plot: uPlot,
  marks: readonly ChartMark[],
  inTheme: (color: ChartColor) => string,
): void {
  const { ctx } = plot;
  ctx.save();
  for (const { time, value, shape, color } of marks) {
    const x = plot.valToPos(time, "x", true);
    const y = plot.valToPos(value, "y", true);
    ctx.fillStyle = inTheme(color);
    ctx.strokeStyle = inTheme(color);
    ctx.lineWidth = 1.5;
    ctx.beginPath();
    if (shape === "ring") ctx.arc(x, y, 4, 0, 2 * Math.PI);
    else tracedDiamond(ctx, x, y);
    if (shape === "ring") ctx.stroke();
    else ctx.fill();
  }
  ctx.restore();
}

function tracedDiamond(ctx: CanvasRenderingContext2D, x: number, y: number): void {
  ctx.moveTo(x, y - 6);
  ctx.lineTo(x + 6, y);
  ctx.lineTo(x, y + 6);
  ctx.lineTo(x - 6, y);
}
