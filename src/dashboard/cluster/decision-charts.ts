/** The decisions of an autoscaler as columns for charts: one of replicas, and one for each metric. */
import { shortNumber } from "../query/graph-columns.ts";
import type { Decision } from "./wire.ts";

export interface DecisionChart {
  readonly title: string;
  readonly lines: readonly DecisionLine[];
  readonly formatValue: (value: number) => string;
}

interface DecisionLine {
  readonly name: string;
  /** One for each decision; `null` where nothing was known. */
  readonly values: readonly (number | null)[];
}

/** When each decision was made, in seconds. */
export function decisionTimes(decisions: readonly Decision[]): readonly number[] {
  return decisions.map(({ time }) => Date.parse(time) / 1_000);
}

export function decisionCharts(decisions: readonly Decision[]): readonly DecisionChart[] {
  const names = decisions.flatMap(({ metrics }) => metrics.map(({ metric }) => metric));
  const metrics = [...new Set(names)].filter((name) => name !== "");
  return [
    {
      title: "Replicas",
      lines: [
        { name: "actual", values: decisions.map(({ currentReplicas }) => currentReplicas) },
        { name: "desired", values: decisions.map(({ desiredReplicas }) => desiredReplicas) },
      ],
      formatValue: shortNumber,
    },
    ...metrics.map((name) => metricChart(name, decisions)),
  ];
}

function metricChart(name: string, decisions: readonly Decision[]): DecisionChart {
  const found = decisions.map(({ metrics }) => metrics.find(({ metric }) => metric === name));
  const isPercent = found.some((metric) => metric?.unit === "percent");
  return {
    title: name,
    lines: [
      { name: "measured", values: found.map((metric) => metric?.current ?? null) },
      { name: "target", values: found.map((metric) => metric?.target ?? null) },
    ],
    formatValue: (value) => `${shortNumber(value)}${isPercent ? "%" : ""}`,
  };
}

/** The decision in words, a line for each metric and each rule that was applied. */
export function decisionLines({ metrics, steps }: Decision): readonly string[] {
  return [
    ...metrics
      .filter(({ arithmetic }) => arithmetic !== "")
      .map(({ metric, arithmetic }) => (metric === "" ? arithmetic : `${metric}: ${arithmetic}`)),
    ...steps,
  ];
}
