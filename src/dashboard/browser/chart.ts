/** A line chart over time, drawn by uPlot. */
import uPlot from "uplot";

interface ChartLine {
  readonly name: string;
  readonly color: string;
  readonly values: readonly (number | null)[];
  readonly isShown: boolean;
}

export interface ChartOptions {
  /** In pixels of the page. */
  readonly height: number;
  /** Seconds. */
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
  /** How values are joined: whether what was true stays so until the next, or changes on the way. */
  readonly joins: "lines" | "steps";
  readonly fills: boolean;
  readonly startsAtZero: boolean;
  readonly formatTimes: (seconds: readonly number[], spacing: number) => readonly string[];
  readonly formatValue: (value: number) => string;
  /** Points beside the lines: time in seconds, value, and what to say of it. */
  readonly marks: readonly { readonly time: number; readonly value: number }[];
  /** The person has drawn a range, in seconds. */
  readonly onZoom: (start: number, end: number) => void;
  /** What lies under the pointer: the step, or undefined beside the chart. */
  readonly onPoint: (step: number | undefined) => void;
}

export interface Chart {
  update(options: ChartOptions): void;
  close(): void;
}

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
  const grid = { stroke: style.getPropertyValue("--line"), width: 1 };
  const axis = { stroke: style.getPropertyValue("--text"), grid, ticks: grid };
  const data: uPlot.AlignedData = [
    [...options.times],
    ...options.lines.map(({ values }) => [...values]),
  ];
  return new uPlot(
    {
      width: place.clientWidth,
      height: options.height,
      legend: { show: false },
      cursor: { drag: { x: true, y: false, setScale: false }, points: { size: 7 } },
      scales: { x: { time: true }, y: { range: (_plot, low, high) => bounds(options, low, high) } },
      axes: [
        {
          ...axis,
          values: (_plot, ticks) => [...options.formatTimes(ticks, spacingOf(ticks))],
        },
        { ...axis, size: 64, values: (_plot, ticks) => ticks.map(options.formatValue) },
      ],
      series: [{}, ...options.lines.map((line) => seriesOf(line, options))],
      hooks: {
        setSelect: [(plot) => takeZoom(plot, options)],
        setCursor: [(plot) => options.onPoint(plot.cursor.idx ?? undefined)],
        draw: [(plot) => drawMarks(plot, options)],
      },
    },
    data,
    place,
  );
}

/** How far apart ticks are, in seconds; a single one stands for a minute. */
function spacingOf([first = 0, second = first + 60]: readonly number[]): number {
  return second - first;
}

function seriesOf(
  { name, color, isShown }: ChartLine,
  { joins, fills }: ChartOptions,
): uPlot.Series {
  const stepped = joins === "steps" ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
  const paths = stepped === undefined ? {} : { paths: stepped };
  const line = { label: name, stroke: color, width: 1.5, show: isShown, spanGaps: false, ...paths };
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

function drawMarks(plot: uPlot, { marks }: ChartOptions): void {
  const { ctx } = plot;
  ctx.save();
  ctx.fillStyle = "#b5179e";
  for (const { time, value } of marks) {
    const x = plot.valToPos(time, "x", true);
    const y = plot.valToPos(value, "y", true);
    ctx.beginPath();
    ctx.moveTo(x, y - 6);
    ctx.lineTo(x + 6, y);
    ctx.lineTo(x, y + 6);
    ctx.lineTo(x - 6, y);
    ctx.fill();
  }
  ctx.restore();
}
