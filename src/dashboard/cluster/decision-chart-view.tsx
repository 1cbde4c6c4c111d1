import { useEffect, useRef } from "preact/hooks";
import { type Chart, type ChartOptions, openChart } from "../browser/chart.ts";
import { zone } from "../browser/preferences.ts";
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
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<Chart | undefined>(undefined);
  const { title, lines, formatValue } = chart;
  const wanted = lines.at(-1)?.values ?? [];
  const options: ChartOptions = {
    height,
    // A size stays as it is until it is changed.
    joins: "steps",
    times,
    lines: lines.map(({ name, values }, index) => ({
      name,
      values,
      color: colors[index] ?? "#888888",
      isShown: true,
    })),
    fills: false,
    startsAtZero: true,
    formatTimes: (seconds, spacing) => timeTicks(seconds, spacing, zone.value),
    formatValue,
    marks: [...changes].map((index) => ({ time: times[index] ?? 0, value: wanted[index] ?? 0 })),
    onZoom: () => {},
    onPoint,
  };
  useEffect(() => {
    if (place.current === null) return;
    if (drawn.current === undefined) drawn.current = openChart(place.current, options);
    else drawn.current.update(options);
    // Drawn anew only when there is something new: what is under the pointer stays.
  }, [title, times.length, times.at(-1), zone.value]);
  useEffect(() => () => drawn.current?.close(), []);
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
      <div ref={place} role="img" aria-label={`${title}: ${names} over time`} />
    </figure>
  );
}
