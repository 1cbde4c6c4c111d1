/**
 * `autoscaling/v1` knows one metric, the use of processors. What else an autoscaler has is carried in
 * annotations, as upstream does, so that a write by a client of the old version loses nothing.
 */

import { decodeStoredJson, isJsonObject, type JsonObject, objectAt, valueAt } from "#api";
import { horizontalPodAutoscaler as first } from "#api/autoscaling/v1";
import { horizontalPodAutoscaler } from "#api/autoscaling/v2";
import { defineJsonView, type VersionView } from "../version-view.ts";

/** Where the parts of version 2 are in version 1: by annotation, the path of the part. */
const carried: ReadonlyMap<string, readonly [string, string]> = new Map([
  ["autoscaling.alpha.kubernetes.io/metrics", ["spec", "metrics"]],
  ["autoscaling.alpha.kubernetes.io/behavior", ["spec", "behavior"]],
  ["autoscaling.alpha.kubernetes.io/current-metrics", ["status", "currentMetrics"]],
  ["autoscaling.alpha.kubernetes.io/conditions", ["status", "conditions"]],
]);

export const horizontalPodAutoscalerView: VersionView = defineJsonView({
  kind: first,
  storedKind: horizontalPodAutoscaler,
  toStored: (object) => {
    const { targetCPUUtilizationPercentage: target, ...spec } = objectAt(object, "spec");
    const { currentCPUUtilizationPercentage: _current, ...status } = objectAt(object, "status");
    const annotations = objectAt(object, "metadata", "annotations");
    const parts = { spec: { ...spec }, status: { ...status } };
    const stored = withParts(parts, annotations);
    const metrics = listOf(stored.spec["metrics"]).filter((metric) => !isCpuMetric(metric));
    const cpu = target === undefined ? [] : [cpuMetric(target)];
    return {
      ...object,
      apiVersion: "autoscaling/v2",
      metadata: withAnnotations(object, without(annotations)),
      spec: { ...stored.spec, metrics: [...cpu, ...metrics] },
      status: stored.status,
    };
  },
  fromStored: (stored) => {
    const { metrics, behavior: _behavior, ...spec } = objectAt(stored, "spec");
    const { currentMetrics, conditions: _conditions, ...status } = objectAt(stored, "status");
    const target = utilizationOf(metrics, "target");
    const current = utilizationOf(currentMetrics, "current");
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

interface Parts {
  readonly spec: JsonObject;
  readonly status: JsonObject;
}

function withParts(parts: Parts, annotations: JsonObject): Parts {
  let { spec, status } = parts;
  for (const [annotation, [section, name]] of carried) {
    const part = parsed(annotations[annotation]);
    if (part === undefined) continue;
    if (section === "spec") spec = { ...spec, [name]: part[name] };
    else status = { ...status, [name]: part[name] };
  }
  return { spec, status };
}

/** The parts that version 1 has no field for, each as the text of an annotation. */
function carriedParts(stored: JsonObject): JsonObject {
  const texts = new Map<string, string>();
  for (const [annotation, path] of carried) {
    const part = valueAt(stored, ...path);
    const rest = Array.isArray(part) ? part.filter((metric) => !isCpuMetric(metric)) : part;
    const isEmpty = rest === undefined || (Array.isArray(rest) && rest.length === 0);
    if (!isEmpty) texts.set(annotation, JSON.stringify({ [path[1]]: rest }));
  }
  return Object.fromEntries(texts);
}

function parsed(text: unknown): JsonObject | undefined {
  if (typeof text !== "string") return undefined;
  try {
    const part = decodeStoredJson(new TextEncoder().encode(text));
    return isJsonObject(part) ? part : undefined;
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

function listOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value : [];
}

function isCpuMetric(metric: unknown): boolean {
  if (typeof metric !== "object" || metric === null) return false;
  const resource = "resource" in metric ? metric.resource : undefined;
  if (typeof resource !== "object" || resource === null) return false;
  return "name" in resource && resource.name === "cpu";
}

function cpuMetric(averageUtilization: JsonObject["x"]): JsonObject {
  return {
    type: "Resource",
    resource: { name: "cpu", target: { type: "Utilization", averageUtilization } },
  };
}

function utilizationOf(metrics: unknown, part: "target" | "current") {
  const metric = listOf(metrics).find(isCpuMetric);
  return metric === undefined ? undefined : valueAt(metric, "resource", part, "averageUtilization");
}
