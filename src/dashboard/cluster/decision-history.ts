/**
 * What an autoscaler did longer ago than its decisions are kept: read from recorded samples, in the form of decisions.
 * Where a decision is still known, it stands for its step.
 */
import type { MatrixItem } from "../api/types.ts";
import { decisionLines } from "./decision-charts.ts";
import type { Autoscaler, Decision } from "./wire.ts";

/** The ranges to choose from; the first shows decisions alone. */
export const historyRanges = ["1h", "6h", "1d", "3d", "7d"] as const;
export type HistoryRange = (typeof historyRanges)[number];

export interface HistoryAnswers {
  readonly actual: readonly MatrixItem[];
  readonly desired: readonly MatrixItem[];
  /** By `metric_name` and `metric_target_type`. */
  readonly measured: readonly MatrixItem[];
  readonly target: readonly MatrixItem[];
}

/** The queries whose answers make a history, as kube-state-metrics names the series. */
export function historyQueries({
  namespace,
  name,
}: Pick<Autoscaler, "namespace" | "name">): Readonly<Record<keyof HistoryAnswers, string>> {
  const quoted = (text: string) => JSON.stringify(text);
  const of = (series: string) =>
    `kube_horizontalpodautoscaler_${series}{namespace=${quoted(namespace)},horizontalpodautoscaler=${quoted(name)}}`;
  const byMetric = (series: string) =>
    `max by (metric_name, metric_target_type, container) (${of(series)})`;
  return {
    actual: `max(${of("status_current_replicas")})`,
    desired: `max(${of("status_desired_replicas")})`,
    measured: byMetric("status_target_metric"),
    target: byMetric("spec_target_metric"),
  };
}

/** One for each step of which anything is known, oldest first. */
export function pastDecisions(
  answers: HistoryAnswers,
  kept: readonly Decision[],
  stepSeconds: number,
): readonly Decision[] {
  const actual = valuesOf(answers.actual[0]);
  const desired = valuesOf(answers.desired[0]);
  const pairs = answers.target.map((item) => ({
    metric: metricOf(item),
    unit: item.metric["metric_target_type"] === "utilization" ? "percent" : "amount",
    target: valuesOf(item),
    measured: valuesOf(answers.measured.find((one) => keyOf(one) === keyOf(item))),
  }));
  const times = [...new Set([...actual.keys(), ...desired.keys()])].sort((a, b) => a - b);
  return times.map((seconds, index) => {
    const known = decisionWithin(kept, seconds - stepSeconds, seconds);
    const recorded = actual.get(seconds) ?? desired.get(seconds) ?? 0;
    const desiredReplicas = desired.get(seconds) ?? recorded;
    const before = desired.get(times[index - 1] ?? Number.NaN) ?? recorded;
    // The pods are there soon after they are wanted: by the next sample they may be.
    const currentReplicas = before === desiredReplicas ? recorded : before;
    const metrics = pairs.flatMap(({ metric, unit, target, measured }) => {
      const [aim, found] = [target.get(seconds), measured.get(seconds)];
      if (aim === undefined) return [];
      const arithmetic = arithmeticOf(unit, { aim, found, replicas: currentReplicas });
      return [{ metric, unit, arithmetic, current: found ?? null, target: aim }];
    });
    if (known !== undefined) return inSeries(known, metrics);
    return {
      time: new Date(seconds * 1_000).toISOString(),
      outcome: desiredReplicas === currentReplicas ? "kept" : "scaled",
      reason: "",
      currentReplicas,
      desiredReplicas,
      metrics,
      steps: ["worked out from what was recorded; the decision itself is no longer kept"],
    };
  });
}

/** The decision in its own words, drawn by what was recorded: samples call metrics by other names. */
function inSeries(decision: Decision, metrics: Decision["metrics"]): Decision {
  return {
    ...decision,
    metrics: metrics.map((metric) => ({ ...metric, arithmetic: "" })),
    steps: decisionLines(decision),
  };
}

/** Of several the one that changed something, else the latest. */
function decisionWithin(
  kept: readonly Decision[],
  afterSeconds: number,
  untilSeconds: number,
): Decision | undefined {
  const within = kept.filter(({ time }) => {
    const seconds = Date.parse(time) / 1_000;
    return seconds > afterSeconds && seconds <= untilSeconds;
  });
  return within.findLast(({ outcome }) => outcome === "scaled") ?? within.at(-1);
}

interface Reading {
  readonly aim: number;
  readonly found: number | undefined;
  readonly replicas: number;
}

/** Ratios this near to one change nothing. */
const tolerance = 0.1;

function arithmeticOf(unit: string, { aim, found, replicas }: Reading): string {
  if (found === undefined) return "nothing was measured";
  const sign = unit === "percent" ? "%" : "";
  const ratio = found / aim;
  const shown = `${short(found)}${sign} / ${short(aim)}${sign} = ${short(ratio)}`;
  if (Math.abs(ratio - 1) <= tolerance) return `${shown}, which is within the tolerance`;
  return `${shown}; ceil(${short(ratio)} × ${replicas}) = ${Math.ceil(ratio * replicas)}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function metricOf({ metric }: MatrixItem): string {
  const { metric_name: name = "", container = "" } = metric;
  return container === "" ? name : `${name} of ${container}`;
}

function keyOf({ metric }: MatrixItem): string {
  const { metric_name: name, metric_target_type: type, container } = metric;
  return JSON.stringify([name, type, container]);
}

function valuesOf(item: MatrixItem | undefined): ReadonlyMap<number, number> {
  const values = item?.values ?? [];
  return new Map(values.map(([seconds, text]) => [seconds, Number(text)]));
}
