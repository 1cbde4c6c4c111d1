/**
 * `autoscaling/v1` knows one metric, the use of processors. What else an autoscaler has is carried in
 * annotations, as upstream does, so that a write by a client of the old version loses nothing.
 */

import {
  decodeStoredJson,
  isJsonList,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  listAt,
  objectAt,
  textAt,
  valueAt,
} from "#api";
import { horizontalPodAutoscaler as first } from "#api/autoscaling/v1";
import { horizontalPodAutoscaler } from "#api/autoscaling/v2";
import { defineJsonView, type VersionView } from "../version-view.ts";
import {
  behaviorOf,
  firstBehavior,
  firstMetricSpecs,
  firstMetricStatuses,
  metricSpecsOf,
  metricStatusesOf,
} from "./first-metrics.ts";

const metricsAnnotation = "autoscaling.alpha.kubernetes.io/metrics";
const behaviorAnnotation = "autoscaling.alpha.kubernetes.io/behavior";
const currentMetricsAnnotation = "autoscaling.alpha.kubernetes.io/current-metrics";
const conditionsAnnotation = "autoscaling.alpha.kubernetes.io/conditions";
const carried: ReadonlySet<string> = new Set([
  metricsAnnotation,
  behaviorAnnotation,
  currentMetricsAnnotation,
  conditionsAnnotation,
]);

export const horizontalPodAutoscalerView: VersionView = defineJsonView({
  kind: first,
  storedKind: horizontalPodAutoscaler,
  toStored: (object) => {
    const { targetCPUUtilizationPercentage: target, ...spec } = objectAt(object, "spec");
    const { currentCPUUtilizationPercentage: _current, ...status } = objectAt(object, "status");
    const annotations = objectAt(object, "metadata", "annotations");
    const others = metricSpecsOf(listIn(annotations, metricsAnnotation));
    const metrics = target === undefined ? others : [...others, cpuMetric(target)];
    const behavior = parsed(annotations[behaviorAnnotation]);
    const currentMetrics = metricStatusesOf(listIn(annotations, currentMetricsAnnotation));
    const conditions = listIn(annotations, conditionsAnnotation);
    return {
      ...object,
      apiVersion: "autoscaling/v2",
      metadata: withAnnotations(object, without(annotations)),
      spec: {
        ...spec,
        metrics,
        ...(isJsonObject(behavior) ? { behavior: behaviorOf(behavior) } : {}),
      },
      status: {
        ...status,
        ...(currentMetrics.length === 0 ? {} : { currentMetrics }),
        ...(conditions.length === 0 ? {} : { conditions }),
      },
    };
  },
  fromStored: (stored) => {
    const { metrics: _metrics, behavior: _behavior, ...spec } = objectAt(stored, "spec");
    const {
      currentMetrics: _currentMetrics,
      conditions: _conditions,
      ...status
    } = objectAt(stored, "status");
    const target = utilizationOf(listAt(stored, "spec", "metrics"), "target");
    const current = utilizationOf(listAt(stored, "status", "currentMetrics"), "current");
    const annotations = { ...objectAt(stored, "metadata", "annotations"), ...carriedParts(stored) };
    return {
      ...stored,
      apiVersion: "autoscaling/v1",
      metadata: withAnnotations(stored, annotations),
      spec: { ...spec, targetCPUUtilizationPercentage: target },
      status: { ...status, currentCPUUtilizationPercentage: current },
    };
  },
});

/** The parts that version 1 has no field for, each as the text of an annotation. */
function carriedParts(stored: JsonObject): JsonObject {
  const metrics = listAt(stored, "spec", "metrics").filter((one) => !isCpuTarget(one));
  const behavior = valueAt(stored, "spec", "behavior");
  // The use of processors among them: version 1 has no field for the amount.
  const currentMetrics = listAt(stored, "status", "currentMetrics");
  const conditions = listAt(stored, "status", "conditions");
  const texts: readonly (readonly [string, JsonValue | undefined])[] = [
    [metricsAnnotation, metrics.length === 0 ? undefined : firstMetricSpecs(metrics)],
    [behaviorAnnotation, isJsonObject(behavior) ? firstBehavior(behavior) : undefined],
    [
      currentMetricsAnnotation,
      currentMetrics.length === 0 ? undefined : firstMetricStatuses(currentMetrics),
    ],
    [conditionsAnnotation, conditions.length === 0 ? undefined : conditions],
  ];
  return Object.fromEntries(
    texts.flatMap(([name, part]) => (part === undefined ? [] : [[name, JSON.stringify(part)]])),
  );
}

function listIn(annotations: JsonObject, name: string): readonly JsonValue[] {
  const part = parsed(annotations[name]);
  return isJsonList(part) ? part : [];
}

function parsed(text: JsonValue | undefined): JsonValue | undefined {
  if (typeof text !== "string") return undefined;
  try {
    return decodeStoredJson(new TextEncoder().encode(text));
  } catch (error) {
    // Annotations can hold anything.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function withAnnotations(object: JsonObject, annotations: JsonObject): JsonObject {
  const { annotations: _old, ...metadata } = objectAt(object, "metadata");
  return Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations };
}

function without(annotations: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(annotations).filter(([name]) => !carried.has(name)));
}

/** What version 1 has a field for. */
function isCpuTarget(metric: JsonValue): boolean {
  return utilizationOf([metric], "target") !== undefined && textAt(metric, "type") === "Resource";
}

function cpuMetric(averageUtilization: JsonValue): JsonObject {
  return {
    type: "Resource",
    resource: { name: "cpu", target: { type: "Utilization", averageUtilization } },
  };
}

function utilizationOf(
  metrics: readonly JsonValue[],
  part: "target" | "current",
): JsonValue | undefined {
  return metrics
    .filter((metric) => textAt(metric, "resource", "name") === "cpu")
    .map((metric) => valueAt(metric, "resource", part, "averageUtilization"))
    .find((value) => value !== undefined);
}
