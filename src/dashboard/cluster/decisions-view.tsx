import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { zone } from "../browser/preferences.ts";
import { Loaded, useApi } from "../parts/loaded.tsx";
import { Badge } from "../parts/page.tsx";
import { formatTime } from "../query/time-range.ts";
import { DecisionChartView } from "./decision-chart-view.tsx";
import { decisionCharts, decisionLines, decisionTimes } from "./decision-charts.ts";
import type { Autoscaler, Decision } from "./wire.ts";

const refreshMs = 5_000;

/** How an autoscaler came to its size: charts, and each decision with its arithmetic. */
export function DecisionsView({ autoscaler }: { readonly autoscaler: Autoscaler }) {
  const { namespace, name } = autoscaler;
  const decisions = useApi<readonly Decision[]>(
    "cluster/scaling_decisions",
    { namespace, autoscaler: name },
    refreshMs,
  );
  return (
    <section class="card" aria-label={`Decisions of ${name}`}>
      <h2>
        {name} <span class="quiet">in {namespace}</span>
      </h2>
      <Loaded loading={decisions}>
        {(list) =>
          list.length === 0 ? (
            <p class="quiet">It has decided nothing yet.</p>
          ) : (
            <>
              <DecisionCharts decisions={list} />
              <DecisionTable decisions={list} />
            </>
          )
        }
      </Loaded>
    </section>
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
