import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { ExemplarSeries, MatrixItem, QueryAnswer } from "../api/types.ts";
import type { ApiResult } from "../browser/api-client.ts";
import { type ChartBand, type ChartOptions, plainMark } from "../browser/chart.ts";
import { zone } from "../browser/preferences.ts";
import { ChartView } from "../parts/chart-view.tsx";
import { SeriesName } from "../parts/label-set.tsx";
import { useApi } from "../parts/loaded.tsx";
import { useBands } from "../sigma/graph-bands.tsx";
import {
  type GraphColumns,
  columnsOf,
  graphSeriesMax,
  shortNumber,
  stackedValues,
  timeTicks,
} from "./graph-columns.ts";
import { GraphControls } from "./graph-controls.tsx";
import { formatSeries } from "./series-name.ts";
import type { ViewProps } from "./table-view.tsx";
import { formatTime, stepMsOf } from "./time-range.ts";
import { QueryNotes, useQuery } from "./use-query.tsx";

/** Told apart by people who see colours differently, and on light and dark grounds. */
const palette = [
  "#2a9d8f",
  "#e76f51",
  "#4361ee",
  "#f4a261",
  "#b5179e",
  "#588157",
  "#d62828",
  "#3a86ff",
  "#bc6c25",
  "#7209b7",
];

/** How the query's value went over a range of time. */
export function GraphView({ state, turn, onChange }: ViewProps) {
  const stepMs = stepMsOf(state.resolution, state.rangeMs);
  const range = useMemo(() => {
    const endMs = state.endMs ?? Date.now();
    // Whole steps back from the end, so that the newest value is always there.
    const startMs = endMs - Math.floor(state.rangeMs / stepMs) * stepMs;
    return { startMs, endMs, stepMs };
  }, [state.endMs, state.rangeMs, stepMs, state.expr, turn]);
  const parameters = {
    query: state.expr,
    start: String(range.startMs / 1_000),
    end: String(range.endMs / 1_000),
    step: String(stepMs / 1_000),
  };
  const query = useQuery("query_range", { ...parameters, stats: "true" }, turn);
  const columns = useMemo(() => columnsOf(matrixOf(query.answer), range), [query.answer]);
  const zoom = (start: number, end: number) =>
    onChange({
      ...state,
      rangeMs: Math.max(1_000, Math.round((end - start) * 1_000)),
      endMs: Math.round(end * 1_000),
    });
  return (
    <>
      <GraphControls state={state} onChange={onChange} />
      <QueryNotes query={query} />
      {columns.series.length > 0 && (
        <Drawing
          expr={state.expr}
          columns={columns}
          isStacked={state.isStacked}
          startsAtZero={state.startsAtZero}
          exemplarsOf={state.showsExemplars ? parameters : undefined}
          onZoom={zoom}
        />
      )}
      {query.answer !== undefined && columns.series.length === 0 && (
        <p class="quiet">Empty result.</p>
      )}
      {matrixOf(query.answer).length > graphSeriesMax && (
        <p class="quiet">Only the first {graphSeriesMax} series are drawn.</p>
      )}
    </>
  );
}

function matrixOf(answer: ApiResult<QueryAnswer> | undefined): readonly MatrixItem[] {
  return answer?.data.resultType === "matrix" ? answer.data.result : [];
}

interface DrawingProps {
  readonly expr: string;
  readonly columns: GraphColumns;
  readonly isStacked: boolean;
  readonly startsAtZero: boolean;
  readonly exemplarsOf:
    | { readonly query: string; readonly start: string; readonly end: string }
    | undefined;
  readonly onZoom: (start: number, end: number) => void;
}

function Drawing({ expr, columns, isStacked, startsAtZero, exemplarsOf, onZoom }: DrawingProps) {
  const hidden = useSignal<ReadonlySet<number>>(new Set());
  const step = useSignal<number | undefined>(undefined);
  const marks = useExemplars(exemplarsOf);
  const visible = columns.series.filter((_, index) => !hidden.value.has(index));
  const bands = useBands({ expr, times: columns.times, series: visible });
  const options: ChartOptions = {
    ...linesOf({ columns, isStacked, hidden: hidden.value, bands: bands.drawn }),
    startsAtZero: startsAtZero || isStacked,
    marks,
    onZoom,
    onPoint: (index) => (step.value = index),
  };
  const drawnFor = [columns, isStacked, startsAtZero, hidden.value, zone.value, marks.length];
  return (
    <figure class="graph">
      {bands.choice}
      <ChartView
        options={options}
        drawnFor={[...drawnFor, bands.drawn]}
        words={`${columns.series.length} series`}
      />
      <figcaption>
        <p class="quiet" aria-live="off">
          {step.value === undefined
            ? "Drag across the graph to zoom; choose a series to show only it."
            : formatTime((columns.times[step.value] ?? 0) * 1_000, zone.value)}
        </p>
        <Legend
          columns={columns}
          hidden={hidden.value}
          step={step.value}
          onHide={(next) => (hidden.value = next)}
        />
      </figcaption>
    </figure>
  );
}

/** What the chart draws, whatever happens on it. */
function linesOf({
  columns: { times, series },
  isStacked,
  hidden,
  bands,
}: {
  readonly columns: GraphColumns;
  readonly isStacked: boolean;
  readonly hidden: ReadonlySet<number>;
  readonly bands: readonly ChartBand[];
}) {
  const stacked = isStacked ? stackedValues(series) : undefined;
  return {
    height: 340,
    joins: "lines",
    times,
    bands,
    lines: series.map(({ labels, values }, index) => ({
      name: formatSeries(labels),
      color: colorOf(index),
      values: stacked?.[index] ?? values,
      isShown: !hidden.has(index),
      stroke: "solid" as const,
    })),
    fills: isStacked,
    formatTimes: (seconds: readonly number[], spacing: number) =>
      timeTicks(seconds, spacing, zone.value),
    formatValue: shortNumber,
    pointerGroup: undefined,
  } as const;
}

function Legend({
  columns,
  hidden,
  step,
  onHide,
}: {
  readonly columns: GraphColumns;
  readonly hidden: ReadonlySet<number>;
  readonly step: number | undefined;
  readonly onHide: (hidden: ReadonlySet<number>) => void;
}) {
  const all = columns.series.map((_, index) => index);
  const pick = (index: number, isAdding: boolean) => {
    const isAlone = hidden.size === all.length - 1 && !hidden.has(index);
    if (isAdding) onHide(toggled(hidden, index));
    else onHide(new Set(isAlone ? [] : all.filter((one) => one !== index)));
  };
  return (
    <ul class="legend">
      {columns.series.map(({ labels, values }, index) => (
        <li key={formatSeries(labels)}>
          <button
            type="button"
            aria-pressed={!hidden.has(index)}
            title="Show only this series; with Ctrl or ⌘, show or hide it"
            onClick={({ ctrlKey, metaKey }) => pick(index, ctrlKey || metaKey)}
          >
            <span class="swatch" style={{ background: colorOf(index) }} />
            <SeriesName labels={labels} />
            {step !== undefined && <strong>{values[step] ?? "–"}</strong>}
          </button>
        </li>
      ))}
    </ul>
  );
}

function toggled(indexes: ReadonlySet<number>, index: number): ReadonlySet<number> {
  const others = [...indexes].filter((one) => one !== index);
  return new Set(indexes.has(index) ? others : [...others, index]);
}

function useExemplars(parameters: DrawingProps["exemplarsOf"]) {
  const found = useApi<readonly ExemplarSeries[]>(
    "query_exemplars",
    parameters ?? { query: "vector(0)" },
  );
  if (parameters === undefined || found.result === undefined) return [];
  return found.result.data
    .flatMap(({ exemplars }) => exemplars)
    .map(({ timestamp, value }) => ({ ...plainMark, time: timestamp, value: Number(value) }));
}

function colorOf(index: number): string {
  return palette[index % palette.length] ?? "#888888";
}
