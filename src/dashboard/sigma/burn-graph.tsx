import { useMemo } from "preact/hooks";
import type { QueryAnswer } from "../api/types.ts";
import { callApi } from "../browser/api-client.ts";
import type { ChartOptions } from "../browser/chart.ts";
import { goTo } from "../browser/location.ts";
import { zone } from "../browser/preferences.ts";
import { ChartView } from "../parts/chart-view.tsx";
import { Loaded, useAsked } from "../parts/loaded.tsx";
import { columnsOf, type GraphColumns, shortNumber, timeTicks } from "../query/graph-columns.ts";
import { formatDurationMs } from "../query/time-range.ts";
import { type Choice, writeChoice } from "./choice.ts";
import { RangeTools } from "./range-tools.tsx";
import type { BurnRatePolicy } from "./wire.ts";

const pointsMax = 240;
const stepMsMin = 30_000;
const lineColors = ["--value", "--beyond"] as const;

/** How fast the budget went: over the long windows of what pages. */
export function BurnGraph({
  policy,
  choice,
}: {
  readonly policy: BurnRatePolicy;
  readonly choice: Choice;
}) {
  const range = useMemo(() => rangeOf(choice), [choice.rangeMs, choice.endMs]);
  const columns = useAsked(JSON.stringify([policy.graphs, range]), async (signal) => {
    const answers = await Promise.all(
      policy.graphs.map(({ expr }) => {
        const parameters = { query: expr, ...secondsOf(range) };
        return callApi<QueryAnswer>("query_range", parameters, signal);
      }),
    );
    const data = answers.map(({ data: answer }) =>
      columnsOf(answer.resultType === "matrix" ? answer.result : [], range),
    );
    return { data, warnings: [], infos: [], elapsedMs: 0 };
  });
  const go = (change: Partial<Choice>) =>
    goTo("sigma", writeChoice({ ...choice, policy: policy.name, ...change }));
  return (
    <section class="card" aria-label="Burn rate over time">
      <div class="section-head">
        <h2>Burn rate over time</h2>
        <RangeTools choice={choice} rangeMsMax={policy.periodMs} onChange={go} />
      </div>
      <Legend policy={policy} />
      <Loaded loading={columns}>
        {(found) => <BurnLines policy={policy} columns={found} onZoom={go} />}
      </Loaded>
    </section>
  );
}

interface Range {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

function rangeOf({ rangeMs, endMs = Date.now() }: Choice): Range {
  const stepMs = Math.max(stepMsMin, Math.ceil(rangeMs / pointsMax / 1_000) * 1_000);
  return { startMs: endMs - Math.floor(rangeMs / stepMs) * stepMs, endMs, stepMs };
}

function secondsOf({ startMs, endMs, stepMs }: Range) {
  const [start, end, step] = [startMs, endMs, stepMs].map((ms) => String(ms / 1_000));
  return { start, end, step };
}

function Legend({ policy: { graphs } }: { readonly policy: BurnRatePolicy }) {
  return (
    <ul class="band-legend">
      {graphs.map(({ windowMs, burnRate }, index) => (
        <li key={windowMs} class="inline">
          <span class="swatch" style={{ background: `var(${lineColors[index]})` }} />
          over {formatDurationMs(windowMs)}, which pages beyond {burnRate}×
        </li>
      ))}
    </ul>
  );
}

function BurnLines({
  policy,
  columns,
  onZoom,
}: {
  readonly policy: BurnRatePolicy;
  readonly columns: readonly GraphColumns[];
  readonly onZoom: (range: Pick<Choice, "rangeMs" | "endMs">) => void;
}) {
  const times = columns[0]?.times ?? [];
  const options: ChartOptions = {
    height: 260,
    times,
    bands: [],
    lines: columns.flatMap(({ series }, index) =>
      series.map(({ values }) => ({
        name: formatDurationMs(policy.graphs[index]?.windowMs ?? 0),
        color: lineColors[index] ?? "--value",
        values,
        isShown: true,
        stroke: "solid" as const,
      })),
    ),
    joins: "lines",
    fills: false,
    startsAtZero: true,
    formatTimes: (seconds, spacing) => timeTicks(seconds, spacing, zone.value),
    formatValue: (value) => `${shortNumber(value)}×`,
    marks: [],
    pointerGroup: undefined,
    onZoom: (start, end) =>
      onZoom({ rangeMs: Math.round((end - start) * 1_000), endMs: Math.round(end * 1_000) }),
    onPoint: () => {},
  };
  return (
    <ChartView options={options} drawnFor={[columns, zone.value]} words="Burn rates over time" />
  );
}
