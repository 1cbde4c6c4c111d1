import { horizontalPodAutoscaler as horizontalPodAutoscalerV1, scale } from "#api/autoscaling/v1";
import {
  horizontalPodAutoscaler,
  type MetricSpec,
  type MetricStatus,
  type MetricTarget,
  type MetricValueStatus,
} from "#api/autoscaling/v2";
import { nodeScalingDecision, scalingDecision } from "#api/explain/v1";
import { nodeGroup } from "#api/node-groups/v1";
import {
  verticalPodAutoscaler,
  type VerticalPodAutoscalerStatus,
} from "#api/verticalautoscaling/v1";
import {
  ageColumn,
  type Column,
  column,
  integerColumn,
  nameColumn,
  printerOf,
  wide,
} from "./column.ts";
import { firstOf } from "./text.ts";

const metricsShownMax = 2;

/** What both versions of the kind have. */
interface Autoscaler {
  readonly spec?:
    | {
        readonly scaleTargetRef: { readonly kind: string; readonly name: string };
        readonly minReplicas?: number | undefined;
        readonly maxReplicas: number;
      }
    | undefined;
  readonly status?: { readonly currentReplicas?: number | undefined } | undefined;
}

const referenceColumn: Column<Autoscaler> = column(
  "Reference",
  "What is scaled.",
  ({ spec }) => `${spec?.scaleTargetRef.kind}/${spec?.scaleTargetRef.name}`,
);
const replicaColumns: readonly Column<Autoscaler>[] = [
  column("MinPods", "Fewest pods.", ({ spec }) => String(spec?.minReplicas ?? "<unset>")),
  column("MaxPods", "Most pods.", ({ spec }) => spec?.maxReplicas ?? 0),
  column("Replicas", "Pods at the last look.", ({ status }) => status?.currentReplicas ?? 0),
];

export const horizontalPodAutoscalerPrinter = printerOf(horizontalPodAutoscaler, [
  nameColumn,
  referenceColumn,
  column("Targets", "Current and desired value of each metric.", ({ spec, status }) =>
    metricsText(spec?.metrics ?? [], status?.currentMetrics ?? []),
  ),
  ...replicaColumns,
  ageColumn,
]);

export const horizontalPodAutoscalerV1Printer = printerOf(horizontalPodAutoscalerV1, [
  nameColumn,
  referenceColumn,
  column("Targets", "Current and desired value of each metric.", ({ spec, status }) => {
    const desired = spec?.targetCPUUtilizationPercentage;
    if (desired === undefined) return "<none>";
    return `cpu: ${percentOr(status?.currentCPUUtilizationPercentage, "<unknown>")}/${desired}%`;
  }),
  ...replicaColumns,
  ageColumn,
]);

export const scalePrinter = printerOf(scale, [
  { ...nameColumn, format: "" },
  integerColumn("Desired", "Pods wanted.", ({ spec }) => spec?.replicas ?? 0),
  integerColumn("Available", "Pods that exist.", ({ status }) => status?.replicas ?? 0),
  ageColumn,
]);

/** Of several containers the first is shown, as upstream does. */
export const verticalPodAutoscalerPrinter = printerOf(verticalPodAutoscaler, [
  nameColumn,
  column("Mode", "How recommendations reach pods.", ({ spec }) => {
    return spec.updatePolicy?.updateMode ?? "";
  }),
  column("CPU", "Processor time to request.", ({ status }) => firstTarget(status)["cpu"] ?? ""),
  column("Mem", "Memory to request.", ({ status }) => firstTarget(status)["memory"] ?? ""),
  column("Provided", "Whether there is a recommendation.", ({ status }) => {
    const found = status?.conditions?.find(({ type }) => type === "RecommendationProvided");
    return found?.status ?? "";
  }),
  ageColumn,
]);

function firstTarget(
  status: VerticalPodAutoscalerStatus | undefined,
): Readonly<Record<string, string>> {
  return status?.recommendation?.containerRecommendations?.[0]?.target ?? {};
}

/** With the calculation, which is what one looks for here. */
export const scalingDecisionPrinter = printerOf(scalingDecision, [
  nameColumn,
  integerColumn("From", "Pods before.", ({ currentReplicas }) => currentReplicas),
  integerColumn("To", "Pods wanted.", ({ desiredReplicas }) => desiredReplicas),
  column("Outcome", "What became of it.", ({ outcome }) => outcome),
  column("Arithmetic", "What each metric asked for.", ({ metrics = [] }) =>
    metrics.map(({ arithmetic, problem }) => arithmetic || problem || "").join("; "),
  ),
  wide(column("Reason", "Why.", ({ reason }) => reason)),
  ageColumn,
]);

/** The same of node groups. */
export const nodeScalingDecisionPrinter = printerOf(nodeScalingDecision, [
  nameColumn,
  column("Group", "Name of the group.", ({ group }) => group),
  integerColumn("From", "Nodes before.", ({ currentNodes }) => currentNodes),
  integerColumn("To", "Nodes wanted.", ({ desiredNodes }) => desiredNodes),
  column("Outcome", "What became of it.", ({ outcome }) => outcome),
  column("Reason", "Why.", ({ reason }) => reason),
  wide(column("Nodes", "Those that came or went.", ({ nodes = [] }) => nodes.join(","))),
  ageColumn,
]);

export const nodeGroupPrinter = printerOf(nodeGroup, [
  nameColumn,
  integerColumn("Min", "Fewest nodes.", ({ spec }) => spec.minSize ?? 0),
  integerColumn("Max", "Most nodes.", ({ spec }) => spec.maxSize),
  integerColumn("Nodes", "Nodes that there are.", ({ status }) => status?.nodes ?? 0),
  integerColumn("Ready", "Those that are ready.", ({ status }) => status?.readyNodes ?? 0),
  integerColumn("Unneeded", "Those that could go.", ({ status }) => status?.unneededNodes ?? 0),
  column("CPU", "Of each node.", ({ spec }) => spec.template.capacity["cpu"] ?? ""),
  column("Memory", "Of each node.", ({ spec }) => spec.template.capacity["memory"] ?? ""),
  column("Active", "Whether it is looked after.", ({ status }) => {
    return status?.conditions?.find(({ type }) => type === "Active")?.status ?? "";
  }),
  ageColumn,
]);

function metricsText(specs: readonly MetricSpec[], statuses: readonly MetricStatus[]): string {
  if (specs.length === 0) return "<none>";
  const texts = specs.map((spec, index) => {
    const textOf = metricTexts[spec.type] ?? (() => "<unknown type>");
    return textOf(spec, statuses[index] ?? { type: spec.type });
  });
  return firstOf(texts, metricsShownMax, ", ");
}

/** How the metrics of each type are shown. */
const metricTexts: Readonly<Record<string, (spec: MetricSpec, status: MetricStatus) => string>> = {
  External: ({ external }, status) => valueText(external?.target, status.external?.current),
  Object: ({ object }, status) => valueText(object?.target, status.object?.current),
  Pods({ pods }, status) {
    const current = status.pods === undefined ? "<unknown>" : averageOf(status.pods.current);
    return `${current}/${pods?.target.averageValue ?? "0"}`;
  },
  Resource: ({ resource }, status) => resourceText(resource, status.resource?.current),
  ContainerResource: ({ containerResource }, status) =>
    resourceText(containerResource, status.containerResource?.current),
};

function valueText(
  target: MetricTarget | undefined,
  current: MetricValueStatus | undefined,
): string {
  if (target?.averageValue !== undefined) {
    return `${current?.averageValue ?? "<unknown>"}/${target.averageValue} (avg)`;
  }
  const value = current === undefined ? "<unknown>" : (current.value ?? "0");
  return `${value}/${target?.value ?? "0"}`;
}

interface ResourceMetric {
  readonly name: string;
  readonly target: MetricTarget;
}

function resourceText(
  metric: ResourceMetric | undefined,
  current: MetricValueStatus | undefined,
): string {
  const name = metric?.name ?? "";
  if (metric?.target.averageValue !== undefined) {
    const value = current === undefined ? "<unknown>" : averageOf(current);
    return `${name}: ${value}/${metric.target.averageValue}`;
  }
  const value = percentOr(current?.averageUtilization, "<unknown>");
  return `${name}: ${value}/${percentOr(metric?.target.averageUtilization, "<auto>")}`;
}

function averageOf({ averageValue }: MetricValueStatus): string {
  return averageValue ?? "0";
}

function percentOr(percent: number | undefined, otherwise: string): string {
  return percent === undefined ? otherwise : `${percent}%`;
}
