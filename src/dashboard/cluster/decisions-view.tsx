import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { QueryAnswer } from "../api/types.ts";
import { type ApiResult, callApi } from "../browser/api-client.ts";
import { zone } from "../browser/preferences.ts";
import { Loaded, useApi, useAsked } from "../parts/loaded.tsx";
import { Badge } from "../parts/page.tsx";
import { findDurationMs, formatTime } from "../query/time-range.ts";
import { DecisionChartView } from "./decision-chart-view.tsx";
import { decisionCharts, decisionLines, decisionTimes } from "./decision-charts.ts";
import {
  historyQueries,
  type HistoryRange,
  historyRanges,
  pastDecisions,
} from "./decision-history.ts";
import type { Autoscaler, Decision } from "./wire.ts";

const refreshMs = 5_000;
/** As many as a chart has room for. */
const stepsMax = 240;
const stepSecondsMin = 15;

/** How an autoscaler came to its size: charts, and each decision with its arithmetic. */
export function DecisionsView({ autoscaler }: { readonly autoscaler: Autoscaler }) {
  const { namespace, name } = autoscaler;
  const range = useSignal<HistoryRange>("1h");
  return (
    <section class="card" aria-label={`Decisions of ${name}`}>
      <div class="section-head">
        <h2>
          {name} <span class="quiet">in {namespace}</span>
        </h2>
        <RangeChoice range={range.value} onChange={(chosen) => (range.value = chosen)} />
      </div>
      {range.value === "1h" ? (
        <LatestDecisions autoscaler={autoscaler} />
      ) : (
        <PastDecisions key={range.value} autoscaler={autoscaler} range={range.value} />
      )}
    </section>
  );
}

function RangeChoice({
  range,
  onChange,
}: {
  readonly range: HistoryRange;
  readonly onChange: (range: HistoryRange) => void;
}) {
  return (
    <div class="inline" role="group" aria-label="Range">
      {historyRanges.map((one) => (
        <button
          key={one}
          type="button"
          class="toggle"
          aria-pressed={one === range}
          onClick={() => onChange(one)}
        >
          {one}
        </button>
      ))}
    </div>
  );
}

/** Those that are kept: of the last hour. */
function LatestDecisions({ autoscaler }: { readonly autoscaler: Autoscaler }) {
  const { namespace, name } = autoscaler;
  const decisions = useApi<readonly Decision[]>(
    "cluster/scaling_decisions",
    { namespace, autoscaler: name },
    refreshMs,
  );
  return (
    <Loaded loading={decisions}>
      {(list) => <Decisions decisions={list} none="It has decided nothing yet." />}
    </Loaded>
  );
}

/** What the engine has recorded of a longer time. */
function PastDecisions({
  autoscaler,
  range,
}: {
  readonly autoscaler: Autoscaler;
  readonly range: HistoryRange;
}) {
  const { namespace, name } = autoscaler;
  const key = JSON.stringify([namespace, name, range]);
  const decisions = useAsked(key, (signal) => askForHistory(autoscaler, range, signal), 60_000);
  return (
    <Loaded loading={decisions}>
      {(list) => <Decisions decisions={list} none="Nothing was recorded of it in this time." />}
    </Loaded>
  );
}

async function askForHistory(
  autoscaler: Autoscaler,
  range: HistoryRange,
  signal: AbortSignal,
): Promise<ApiResult<readonly Decision[]>> {
  const seconds = (findDurationMs(range) ?? 0) / 1_000;
  const step = Math.max(stepSecondsMin, Math.ceil(seconds / stepsMax));
  // Aligned, so that the charts of two moments have the same steps.
  const end = Math.ceil(Date.now() / 1_000 / step) * step;
  const queries = historyQueries(autoscaler);
  const ask = async (query: string) => {
    const times = { start: String(end - seconds), end: String(end), step: String(step) };
    const { data } = await callApi<QueryAnswer>("query_range", { query, ...times }, signal);
    return data.resultType === "matrix" ? data.result : [];
  };
  const { namespace, name } = autoscaler;
  const wanted = { namespace, autoscaler: name };
  const [actual, desired, measured, target, kept] = await Promise.all([
    ask(queries.actual),
    ask(queries.desired),
    ask(queries.measured),
    ask(queries.target),
    callApi<readonly Decision[]>("cluster/scaling_decisions", wanted, signal),
  ]);
  return { ...kept, data: pastDecisions({ actual, desired, measured, target }, kept.data, step) };
}

function Decisions({
  decisions,
  none,
}: {
  readonly decisions: readonly Decision[];
  readonly none: string;
}) {
  if (decisions.length === 0) return <p class="quiet">{none}</p>;
  return (
    <>
      <DecisionCharts decisions={decisions} />
      <DecisionTable decisions={decisions} />
    </>
  );
}

function DecisionCharts({ decisions }: { readonly decisions: readonly Decision[] }) {
  const pointed = useSignal<number | undefined>(undefined);
  // The pointer goes on to the next answer: until it moves, its place is the same.
  const times = useMemo(() => decisionTimes(decisions), [decisions]);
  const changes = new Set(
    decisions.flatMap(({ outcome }, index) => (outcome === "scaled" ? [index] : [])),
  );
  const shown = decisions[pointed.value ?? decisions.length - 1] ?? decisions.at(-1);
  const [replicas, ...metrics] = decisionCharts(decisions);
  if (replicas === undefined) return null;
  const props = { times, onPoint: (index: number | undefined) => (pointed.value = index) };
  return (
    <>
      <div class="decision-charts">
        <DecisionChartView {...props} chart={replicas} changes={changes} />
        {metrics.map((chart) => (
          <DecisionChartView {...props} key={chart.title} chart={chart} changes={new Set()} />
        ))}
      </div>
      {shown !== undefined && (
        <div class="decision" aria-live="off">
          <p class="quiet">
            {pointed.value === undefined
              ? "The latest decision; point at a chart for another. A diamond is a change of size."
              : "The decision under the pointer."}
          </p>
          <p>
            {decisionTime(shown)} <Outcome decision={shown} />
          </p>
          <Arithmetic decision={shown} />
        </div>
      )}
    </>
  );
}

function DecisionTable({ decisions }: { readonly decisions: readonly Decision[] }) {
  return (
    <details>
      <summary>All {decisions.length} decisions, the latest first</summary>
      <div class="scroll" role="region" aria-label="Decisions" tabIndex={0}>
        <table class="row-cards">
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Replicas</th>
              <th scope="col">Arithmetic</th>
            </tr>
          </thead>
          <tbody>
            {decisions.toReversed().map((decision, index) => (
              <tr key={decisions.length - index}>
                <td class="nowrap">{decisionTime(decision)}</td>
                <td class="nowrap">
                  <Outcome decision={decision} />
                </td>
                <td>
                  <Arithmetic decision={decision} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

const kindOf: Readonly<Record<string, "good" | "bad" | "plain">> = {
  scaled: "good",
  failed: "bad",
};

function Outcome({ decision }: { readonly decision: Decision }) {
  const { currentReplicas, desiredReplicas, outcome } = decision;
  return (
    <>
      {currentReplicas} → {desiredReplicas}{" "}
      <Badge kind={kindOf[outcome] ?? "plain"}>{outcome}</Badge>
    </>
  );
}

function Arithmetic({ decision }: { readonly decision: Decision }) {
  return (
    <ul class="plain-list arithmetic">
      {decisionLines(decision).map((line, index) => (
        <li key={index}>{line}</li>
      ))}
    </ul>
  );
}

function decisionTime({ time }: Decision): string {
  return formatTime(Date.parse(time), zone.value);
}
