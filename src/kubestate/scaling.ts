/** Families of what decides how many pods there may and must be. */
import type { Live } from "#api";
import type {
  HorizontalPodAutoscaler,
  MetricSpec,
  MetricStatus,
  MetricValueStatus,
} from "#api/autoscaling/v2";
import type { PodDisruptionBudget } from "#api/policy/v1";
import { figure, gauge, type KindFamilies, type Sample } from "./family.ts";
import {
  numberOf,
  conditionSamples,
  created,
  deleted,
  fact,
  generation,
  namespaced,
} from "./samples.ts";

export const autoscalerFamilies: KindFamilies<HorizontalPodAutoscaler> = {
  identify: namespaced("horizontalpodautoscaler"),
  families: [
    gauge("kube_horizontalpodautoscaler_info", "Information about this autoscaler.", targetFacts),
    created("kube_horizontalpodautoscaler_created"),
    deleted("kube_horizontalpodautoscaler_deletion_timestamp"),
    generation(
      "kube_horizontalpodautoscaler_metadata_generation",
      "The generation observed by the HorizontalPodAutoscaler controller.",
    ),
    figure(
      "kube_horizontalpodautoscaler_spec_max_replicas",
      "Upper limit for the number of pods that can be set by the autoscaler; cannot be smaller than MinReplicas.",
      ({ spec }) => spec.maxReplicas,
    ),
    figure(
      "kube_horizontalpodautoscaler_spec_min_replicas",
      "Lower limit for the number of pods that can be set by the autoscaler, default 1.",
      ({ spec }) => spec.minReplicas ?? 1,
    ),
    gauge(
      "kube_horizontalpodautoscaler_spec_target_metric",
      "The metric specifications used by this autoscaler when calculating the desired replica count.",
      ({ spec }) => (spec.metrics ?? []).flatMap((one) => metricSamples(wantedOf(one))),
    ),
    gauge(
      "kube_horizontalpodautoscaler_status_target_metric",
      "The current metric status used by this autoscaler when calculating the desired replica count.",
      ({ status }) =>
        (status.currentMetrics ?? []).flatMap((one) => metricSamples(measuredOf(one))),
    ),
    figure(
      "kube_horizontalpodautoscaler_status_current_replicas",
      "Current number of replicas of pods managed by this autoscaler.",
      ({ status }) => status.currentReplicas ?? 0,
    ),
    figure(
      "kube_horizontalpodautoscaler_status_desired_replicas",
      "Desired number of replicas of pods managed by this autoscaler.",
      ({ status }) => status.desiredReplicas,
    ),
    gauge(
      "kube_horizontalpodautoscaler_status_condition",
      "The condition of this autoscaler.",
      ({ status }) => conditionSamples(status.conditions),
    ),
  ],
};

function targetFacts({ spec }: Live<HorizontalPodAutoscaler>): readonly Sample[] {
  const { kind, name, apiVersion = "" } = spec.scaleTargetRef;
  const version = apiVersion === "" ? {} : { scaletargetref_api_version: apiVersion };
  return fact({ ...version, scaletargetref_kind: kind, scaletargetref_name: name });
}

/** One metric by name, and its value in up to three ways of counting. */
interface NamedValue {
  readonly name: string;
  readonly container: string;
  readonly value: MetricValueStatus;
}

function wantedOf(metric: MetricSpec): NamedValue | undefined {
  const { object, pods, external, resource, containerResource } = metric;
  const custom = object ?? pods ?? external;
  if (custom !== undefined) {
    return { name: custom.metric.name, container: "", value: custom.target };
  }
  const plain = resource ?? containerResource;
  if (plain === undefined) return undefined;
  return {
    name: plain.name,
    container: containerResource?.container ?? "",
    value: plain.target,
  };
}

function measuredOf(metric: MetricStatus): NamedValue | undefined {
  const { object, pods, external, resource, containerResource } = metric;
  const custom = object ?? pods ?? external;
  if (custom !== undefined) {
    return { name: custom.metric.name, container: "", value: custom.current };
  }
  const plain = resource ?? containerResource;
  if (plain === undefined) return undefined;
  return {
    name: plain.name,
    container: containerResource?.container ?? "",
    value: plain.current,
  };
}

function metricSamples(metric: NamedValue | undefined): readonly Sample[] {
  if (metric === undefined) return [];
  const { value, averageValue, averageUtilization } = metric.value;
  const figures = [
    ["value", value === undefined ? undefined : numberOf(value)],
    ["utilization", averageUtilization],
    ["average", averageValue === undefined ? undefined : numberOf(averageValue)],
  ] as const;
  return figures.flatMap(([type, number]) => {
    if (number === undefined) return [];
    const labels = { metric_name: metric.name, metric_target_type: type };
    return [{ labels: { ...labels, container: metric.container }, value: number }];
  });
}

export const disruptionBudgetFamilies: KindFamilies<PodDisruptionBudget> = {
  identify: namespaced("poddisruptionbudget"),
  families: [
    created("kube_poddisruptionbudget_created"),
    deleted("kube_poddisruptionbudget_deletion_timestamp"),
    figure(
      "kube_poddisruptionbudget_status_current_healthy",
      "Current number of healthy pods",
      ({ status }) => status.currentHealthy,
    ),
    figure(
      "kube_poddisruptionbudget_status_desired_healthy",
      "Minimum desired number of healthy pods",
      ({ status }) => status.desiredHealthy,
    ),
    figure(
      "kube_poddisruptionbudget_status_pod_disruptions_allowed",
      "Number of pod disruptions that are currently allowed",
      ({ status }) => status.disruptionsAllowed,
    ),
    figure(
      "kube_poddisruptionbudget_status_expected_pods",
      "Total number of pods counted by this disruption budget",
      ({ status }) => status.expectedPods,
    ),
    figure(
      "kube_poddisruptionbudget_status_observed_generation",
      "Most recent generation observed when updating this PDB status",
      ({ status }) => status.observedGeneration ?? 0,
    ),
  ],
};
