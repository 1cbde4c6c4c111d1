/** Asks for the figures that an autoscaler's metrics need. What to ask follows from the metric alone. */

import { compileLabelSelector, formatLabelSelector, ValueError } from "#api";
import type { MetricIdentifier, MetricSpec } from "#api/autoscaling/v2";
import type { Measured, MetricsSource, PodReadings } from "./metrics-source.ts";

/** What was measured for one metric. */
export type Measurement =
  | { readonly of: "pods"; readonly readings: Measured<PodReadings> }
  | { readonly of: "object"; readonly value: Measured<bigint> }
  | { readonly of: "external"; readonly values: Measured<readonly bigint[]> }
  /** Nothing can be asked: the metric says too little, or its selector cannot be read. */
  | { readonly of: "nothing"; readonly why: string };

export interface MeasuredTarget {
  readonly namespace: string;
  /** The text of the selector of the target's pods. */
  readonly pods: string;
}

export async function measure(
  source: MetricsSource,
  spec: MetricSpec,
  target: MeasuredTarget,
  signal: AbortSignal,
): Promise<Measurement> {
  const { namespace, pods } = target;
  const { resource, containerResource, pods: ofPods, object, external } = spec;
  if (spec.type === "Resource" && resource !== undefined) {
    const question = { namespace, pods, resource: resource.name, container: undefined };
    return { of: "pods", readings: await source.readResource(question, signal) };
  }
  if (spec.type === "ContainerResource" && containerResource !== undefined) {
    const { name, container } = containerResource;
    const question = { namespace, pods, resource: name, container };
    return { of: "pods", readings: await source.readResource(question, signal) };
  }
  const metric = (ofPods ?? object ?? external)?.metric;
  const series = metric === undefined ? "" : seriesSelector(metric);
  if (metric === undefined) return { of: "nothing", why: "" };
  if (typeof series !== "string") return { of: "nothing", why: series.why };
  const { name } = metric;
  if (ofPods !== undefined) {
    const question = { namespace, pods, metric: name, series };
    return { of: "pods", readings: await source.readPodsMetric(question, signal) };
  }
  if (object !== undefined) {
    const question = { namespace, object: object.describedObject, metric: name, series };
    return { of: "object", value: await source.readObjectMetric(question, signal) };
  }
  const question = { namespace, metric: name, series };
  return { of: "external", values: await source.readExternalMetric(question, signal) };
}

/** A metric without a selector is about all its series. */
function seriesSelector({ selector }: MetricIdentifier): string | { readonly why: string } {
  try {
    return selector === undefined ? "" : formatLabelSelector(compileLabelSelector(selector));
  } catch (error) {
    // The API does not check selectors of metrics.
    if (error instanceof ValueError) return { why: error.message };
    throw error;
  }
}
