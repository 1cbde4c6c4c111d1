import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { type ChartOptions } from "../browser/chart.ts";
import { goTo, hrefOf } from "../browser/location.ts";
import { zone } from "../browser/preferences.ts";
import { ChartView } from "../parts/chart-view.tsx";
import { Loaded, useApi } from "../parts/loaded.tsx";
import { shortNumber, timeTicks } from "../query/graph-columns.ts";
import { formatDurationMs, formatTime } from "../query/time-range.ts";
import { chartBands } from "./band-colors.ts";
import {
  bandEdges,
  bandSizes,
  crossings,
  edgeOf,
  markedSigmas,
  scoreBands,
} from "./band-columns.ts";
import { type Choice, writeChoice } from "./choice.ts";
import { pageThreshold } from "./page-threshold.ts";
import { RangeTools } from "./range-tools.tsx";
import type { Bands, SeriesBackTest, SigmaPolicy } from "./wire.ts";

/** How a series went, between the bands of what is normal for it. */
export function BandsView({
  policy,
  choice,
  tested,
}: {
  readonly policy: SigmaPolicy;
  readonly choice: Choice;
  readonly tested: SeriesBackTest;
}) {
  const rangeMs = Math.min(choice.rangeMs, policy.backTest.historyMs);
  const endMs = useMemo(() => choice.endMs ?? Date.now(), [choice.endMs, rangeMs]);
  const bands = useApi<Bands>("sigma/bands", {
    policy: policy.name,
    series: tested.name,
    start: String((endMs - rangeMs) / 1_000),
    end: String(endMs / 1_000),
  });
  const go = (change: Partial<Choice>) => goTo("sigma", writeChoice({ ...choice, ...change }));
  return (
    <section class="card" aria-label="Bands">
      <div class="section-head">
        <h2>
          {policy.name} {tested.name !== "{}" && <code class="series-name">{tested.name}</code>}
        </h2>
        <a href={hrefOf("query", queryOf(policy, rangeMs))}>Query</a>
        <span class="spring" />
        <RangeTools choice={choice} rangeMsMax={policy.backTest.historyMs} onChange={go} />
      </div>
      <p class="quiet">{normalText(policy)}</p>
      <Loaded loading={bands}>
        {(data) => (
          <Drawn
            bands={data}
            threshold={pageThreshold(tested)}
            notes={notesOf(data, policy)}
            onZoom={(start, end) =>
              go({
                rangeMs: Math.max(600_000, Math.round((end - start) * 1_000)),
                endMs: Math.round(end * 1_000),
              })
            }
          />
        )}
      </Loaded>
    </section>
  );
}

/** What is normal, in a sentence. */
function normalText({ baseline, evaluationIntervalMs }: SigmaPolicy): string {
  const { kind, windowMs, gapMs } = baseline;
  const [every, window, gap] = [evaluationIntervalMs, windowMs, gapMs].map(formatDurationMs);
  const middle = kind === "seasonal" ? "what the last three weeks foretell" : `the ${kind}`;
  return `Evaluated every ${every} against ${middle}; sigma is of the ${window} until ${gap} before.`;
}

function queryOf({ expr }: SigmaPolicy, rangeMs: number): string {
  const range = formatDurationMs(rangeMs);
  const panel = { "g0.expr": expr, "g0.tab": "graph", "g0.range_input": range };
  return new URLSearchParams(panel).toString();
}

function notesOf({ evaluationsPerPoint, scores }: Bands, policy: SigmaPolicy): string {
  const stretch = formatDurationMs(evaluationsPerPoint * policy.evaluationIntervalMs);
  const thinned = `Each point is the evaluation farthest from the mean in its ${stretch}. `;
  const counted = beyondText(crossings(scores, markedSigmas).length);
  if (scores.every((score) => score === null)) {
    return `There is no baseline yet: it takes data of ${formatDurationMs(policy.baseline.dataMsMin)}.`;
  }
  return `${evaluationsPerPoint === 1 ? "" : thinned}${counted}`;
}

interface DrawnProps {
  readonly bands: Bands;
  /** In standard deviations; undefined where nothing pages. */
  readonly threshold: number | undefined;
  /** What there is to know of the drawing, in sentences. */
  readonly notes: string;
  /** Seconds. */
  readonly onZoom: (start: number, end: number) => void;
}

function Drawn({ bands, threshold, notes, onZoom }: DrawnProps) {
  const step = useSignal<number | undefined>(undefined);
  const times = useMemo(() => bands.timesMs.map((timeMs) => timeMs / 1_000), [bands]);
  if (times.length === 0) return <p class="quiet">Nothing is stored of that time.</p>;
  const around = {
    times,
    joins: "lines",
    fills: false,
    startsAtZero: false,
    formatTimes: (seconds: readonly number[], spacing: number) =>
      timeTicks(seconds, spacing, zone.value),
    pointerGroup: "sigma",
    onZoom,
    onPoint: (index: number | undefined) => (step.value = index),
  } as const;
  const drawnFor = [bands, threshold, zone.value];
  const shown = step.value ?? bands.values.findLastIndex((value) => value !== null);
  return (
    <figure class="graph">
      <ChartView
        options={{ ...around, ...valueChart(bands, threshold) }}
        drawnFor={drawnFor}
        words={`Value and bands. ${notes}`}
      />
      <ChartView
        options={{ ...around, ...scoreChart(bands, threshold) }}
        drawnFor={drawnFor}
        words={`z-scores. ${notes}`}
      />
      <figcaption>
        <Reading bands={bands} index={shown} isPointed={step.value !== undefined} />
        <BandLegend bands={bands} threshold={threshold} />
        <p class="quiet">{notes} Drag across a graph to zoom.</p>
      </figcaption>
    </figure>
  );
}

function beyondText(count: number): string {
  if (count === 0) return `Nothing is beyond ${markedSigmas} sigma.`;
  return `${count} ${count === 1 ? "point is" : "points are"} beyond ${markedSigmas} sigma.`;
}

type Drawing = Pick<ChartOptions, "height" | "bands" | "lines" | "marks" | "formatValue">;

function valueChart(bands: Bands, threshold: number | undefined): Drawing {
  const limits = threshold === undefined ? [] : [threshold, -threshold];
  return {
    height: 300,
    bands: chartBands(bandEdges(bands)),
    lines: [
      { ...quietLine, name: "mean", color: "--quiet", values: bands.means },
      ...limits.map((sigmas) => ({
        ...quietLine,
        name: "pages",
        color: "--beyond",
        values: edgeOf(bands, sigmas),
      })),
      { ...valueLine, name: "value", values: bands.values },
    ],
    marks: marksOf(bands, bands.values, threshold),
    formatValue: shortNumber,
  };
}

function scoreChart(bands: Bands, threshold: number | undefined): Drawing {
  const limits = threshold === undefined ? [] : [threshold, -threshold];
  const level = (sigmas: number) => bands.timesMs.map(() => sigmas);
  return {
    height: 170,
    bands: chartBands(scoreBands(bands)),
    lines: [
      ...limits.map((sigmas) => ({
        ...quietLine,
        name: "pages",
        color: "--beyond",
        values: level(sigmas),
      })),
      { ...valueLine, name: "z", values: bands.scores },
    ],
    marks: marksOf(bands, bands.scores, threshold),
    formatValue: (value) => `${shortNumber(value)}σ`,
  };
}

const quietLine = { isShown: true, stroke: "dashed" } as const;
const valueLine = { isShown: true, stroke: "solid", color: "--value" } as const;

/** A ring from three standard deviations on, a diamond from where pages begin. */
function marksOf(
  { timesMs, scores }: Bands,
  values: readonly (number | null)[],
  threshold: number | undefined,
): ChartOptions["marks"] {
  return crossings(scores, markedSigmas).map((index) => ({
    time: (timesMs[index] ?? 0) / 1_000,
    value: values[index] ?? 0,
    shape:
      Math.abs(scores[index] ?? 0) >= (threshold ?? Number.POSITIVE_INFINITY) ? "diamond" : "ring",
    color: "--beyond",
  }));
}

/** The figures under the pointer, or the latest. */
function Reading({
  bands,
  index,
  isPointed,
}: {
  readonly bands: Bands;
  readonly index: number;
  readonly isPointed: boolean;
}) {
  const { timesMs, values, means, spreads, scores } = bands;
  const text = (column: readonly (number | null)[]) => {
    const value = column[index] ?? null;
    return value === null ? "–" : shortNumber(value);
  };
  const facts = [
    [isPointed ? "Under the pointer" : "Latest", formatTime(timesMs[index] ?? 0, zone.value)],
    ["Value", text(values)],
    ["Mean", text(means)],
    ["Sigma", text(spreads)],
    ["z", text(scores)],
  ] as const;
  return (
    <dl class="reading">
      {facts.map(([name, value], place) => (
        <div key={place}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function BandLegend({
  bands,
  threshold,
}: {
  readonly bands: Bands;
  readonly threshold: number | undefined;
}) {
  return (
    <ul class="band-legend">
      {bandSizes(bands)
        .toReversed()
        .map((sigmas) => (
          <li key={sigmas} class="inline">
            <span class={`swatch band-${sigmas}`} />±{sigmas} sigma
          </li>
        ))}
      <li class="inline">
        <span class="swatch ring" />
        beyond {markedSigmas} sigma
      </li>
      {threshold !== undefined && (
        <li class="inline">
          <span class="swatch diamond" />
          beyond {threshold.toFixed(2)} sigma, the threshold of pages
        </li>
      )}
    </ul>
  );
}
