/** Autoscalers and their decisions as the page shows them. */
import { type Live, parseQuantity } from "#api";
import type {
  HorizontalPodAutoscaler,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from "#api/autoscaling/v2";
import type { ScalingDecision, ScalingMetric } from "#api/explain/v1";

export interface AutoscalerView {
  readonly namespace: string;
  readonly name: string;
  /** `Deployment/web`. */
  readonly target: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly currentReplicas: number;
  readonly desiredReplicas: number;
  readonly metrics: readonly MetricView[];
  /** What keeps it from working or from going further, in its own words. */
  readonly conditions: readonly ConditionView[];
}

interface MetricView {
  readonly name: string;
  /** With its unit; empty when it is unknown. */
  readonly current: string;
  readonly target: string;
}

interface ConditionView {
  readonly reason: string;
  readonly message: string;
}

export interface DecisionView {
  readonly time: string;
  readonly outcome: string;
  readonly reason: string;
  readonly currentReplicas: number;
  readonly desiredReplicas: number;
  readonly metrics: readonly DecisionMetricView[];
  /** What stabilization, policies and bounds made of the number: `4: …`. */
  readonly steps: readonly string[];
}

interface DecisionMetricView {
  /** Empty when it is not known which. */
  readonly metric: string;
  /** The calculation written out, or why there is none. */
  readonly arithmetic: string;
  readonly unit: string;
  readonly current: number | null;
  readonly target: number | null;
}

export function autoscalerViews(
  autoscalers: readonly Live<HorizontalPodAutoscaler>[],
): readonly AutoscalerView[] {
  return autoscalers.map(({ metadata, spec, status }) => ({
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    target: `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`,
    minReplicas: spec.minReplicas ?? 1,
    maxReplicas: spec.maxReplicas,
    currentReplicas: status.currentReplicas ?? 0,
    desiredReplicas: status.desiredReplicas,
    // Those measured come in the order of those wanted.
    metrics: (spec.metrics ?? []).map((metric, index) =>
      metricView(metric, status.currentMetrics?.[index]),
    ),
    conditions: (status.conditions ?? []).filter(tells).map(({ reason = "", message = "" }) => ({
      reason,
      message,
    })),
  }));
}

/** Whether a condition says that something hinders: a limit that holds, or anything else that does not. */
function tells({ type, status }: { readonly type: string; readonly status: string }): boolean {
  return type === "ScalingLimited" ? status === "True" : status === "False";
}

function metricView(wanted: MetricSpec, measured: MetricStatus | undefined): MetricView {
  const { object, pods, external, resource, containerResource } = wanted;
  const target = (object ?? pods ?? external ?? resource ?? containerResource)?.target;
  const current = measured?.type === wanted.type ? measuredValue(measured) : undefined;
  return {
    name: metricName(wanted),
    current: valueText(current, target),
    target: valueText(target, target),
  };
}

function metricName(wanted: MetricSpec): string {
  const { object, pods, external, resource, containerResource } = wanted;
  const custom = object ?? pods ?? external;
  if (custom !== undefined) return custom.metric.name;
  if (containerResource === undefined) return resource?.name ?? wanted.type;
  return `${containerResource.name} of ${containerResource.container}`;
}

function measuredValue(measured: MetricStatus): MetricValueStatus | undefined {
  const { object, pods, external, resource, containerResource } = measured;
  return (object ?? pods ?? external ?? resource ?? containerResource)?.current;
}

/** The value in the way of counting that the target has; empty where there is none. */
function valueText(value: MetricValueStatus | undefined, target: MetricTarget | undefined): string {
  if (target?.type !== "Utilization") {
    return (target?.type === "Value" ? value?.value : value?.averageValue) ?? "";
  }
  const percent = value?.averageUtilization;
  return percent === undefined ? "" : `${percent}%`;
}

/** Oldest first. */
export function decisionViews(
  decisions: readonly Live<ScalingDecision>[],
  autoscaler: string,
): readonly DecisionView[] {
  return decisions
    .filter(({ metadata }) => metadata.labels?.["autoscaler"] === autoscaler)
    .map(({ time, outcome, reason, currentReplicas, desiredReplicas, metrics, steps }) => ({
      time,
      outcome,
      reason,
      currentReplicas,
      desiredReplicas,
      metrics: (metrics ?? []).map(decisionMetric),
      steps: (steps ?? []).map(({ replicas, message }) => `${replicas}: ${message}`),
    }));
}

function decisionMetric(metric: ScalingMetric): DecisionMetricView {
  return {
    metric: metric.metric ?? "",
    arithmetic: metric.arithmetic ?? metric.problem ?? "",
    unit: metric.unit ?? "",
    current: numberOf(metric.current),
    target: numberOf(metric.target),
  };
}

function numberOf(quantity: string | undefined): number | null {
  return quantity === undefined ? null : Number(parseQuantity(quantity).nanos) / 1e9;
}
