import { type ChartOptions, plainMark } from "../browser/chart.ts";
import { zone } from "../browser/preferences.ts";
import { ChartView } from "../parts/chart-view.tsx";
import { timeTicks } from "../query/graph-columns.ts";
import type { DecisionChart } from "./decision-charts.ts";

const height = 220;
/** What is and what is to be, told apart by people who see colours differently. */
const colors: readonly string[] = ["#2a9d8f", "#e76f51"];

interface DecisionChartProps {
  readonly chart: DecisionChart;
  /** Seconds, one for each decision. */
  readonly times: readonly number[];
  /** Decisions that changed something, by their places in `times`. */
  readonly changes: ReadonlySet<number>;
  /** The decision under the pointer. */
  readonly onPoint: (index: number | undefined) => void;
}

/** One chart over the decisions; what is under the pointer is told below all of them. */
export function DecisionChartView({ chart, times, changes, onPoint }: DecisionChartProps) {
  const { title, lines, formatValue } = chart;
  const wanted = lines.at(-1)?.values ?? [];
  const options: ChartOptions = {
    height,
    // A size stays as it is until it is changed.
    joins: "steps",
    times,
    bands: [],
    lines: lines.map(({ name, values }, index) => ({
      name,
      values,
      color: colors[index] ?? "#888888",
      isShown: true,
      stroke: "solid",
    })),
    fills: false,
    startsAtZero: true,
    formatTimes: (seconds, spacing) => timeTicks(seconds, spacing, zone.value),
    formatValue,
    marks: [...changes].map((index) => ({
      ...plainMark,
      time: times[index] ?? 0,
      value: wanted[index] ?? 0,
    })),
    pointerGroup: undefined,
    onZoom: () => {},
    onPoint,
  };
  const names = lines.map(({ name }) => name).join(" and ");
  return (
    <figure class="decision-chart">
      <figcaption>
        <h3>{title}</h3>
        <ul class="plain-list">
          {lines.map(({ name }, index) => (
            <li key={name} class="inline">
              <span class="swatch" style={{ background: colors[index] }} />
              {name}
            </li>
          ))}
        </ul>
      </figcaption>
      <ChartView
        options={options}
        drawnFor={[title, times.length, times.at(-1), zone.value]}
        words={`${title}: ${names} over time`}
      />
    </figure>
  );
}
