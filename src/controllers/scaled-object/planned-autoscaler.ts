/** The HorizontalPodAutoscaler that a ScaledObject stands for. Pure. */

import type { Live } from "#api";
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerBehavior,
  HorizontalPodAutoscalerSpec,
  MetricSpec,
} from "#api/autoscaling/v2";
import type { ScaledObject } from "#api/keda/v1alpha1";
import { compareText } from "#base";
import { controllerReference } from "../ownership.ts";
import type { Steering } from "./annotations.ts";
import type { Trigger } from "./trigger.ts";

export const ownerLabel = "scaledobject.keda.sh/name";
const excludedLabels = "scaledobject.keda.sh/hpa-excluded-labels";
const labelCharsMax = 63;
export const maxReplicasDefault = 100;

export interface AutoscalerFacts {
  readonly scaledObject: Live<ScaledObject>;
  /** What the target's kind is in full. */
  readonly target: { readonly apiVersion: string; readonly kind: string };
  readonly triggers: readonly Trigger[];
  readonly steering: Steering;
}

export function autoscalerName({ metadata, spec }: Live<ScaledObject>): string {
  const given = spec.advanced?.horizontalPodAutoscalerConfig?.name ?? "";
  return given === "" ? `keda-hpa-${metadata.name}` : given;
}

export function plannedAutoscaler(facts: AutoscalerFacts): HorizontalPodAutoscaler {
  const { scaledObject, target, triggers, steering } = facts;
  const { metadata, spec } = scaledObject;
  const { name, namespace, annotations } = metadata;
  const behavior = behaviorOf(scaledObject, steering);
  const plan: HorizontalPodAutoscalerSpec = {
    scaleTargetRef: { ...target, name: spec.scaleTargetRef.name },
    minReplicas: Math.max(spec.minReplicaCount ?? 0, 1),
    maxReplicas: spec.maxReplicaCount ?? maxReplicasDefault,
    metrics: metricSpecs(triggers, name),
    ...(behavior === undefined ? {} : { behavior }),
  };
  const owner = { apiVersion: "keda.sh/v1alpha1", kind: "ScaledObject", metadata };
  return {
    metadata: {
      name: autoscalerName(scaledObject),
      ...(namespace === undefined ? {} : { namespace }),
      labels: labelsOf(scaledObject),
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [controllerReference(owner)],
    },
    spec: plan,
  };
}

/** In the order of types, so that the same triggers always make the same autoscaler. */
function metricSpecs(triggers: readonly Trigger[], name: string): readonly MetricSpec[] {
  const specs = triggers.map((trigger): MetricSpec => {
    if (trigger.kind === "resource") return trigger.spec;
    const selector = { matchLabels: { [ownerLabel]: name } };
    const metric = { name: trigger.metric, selector };
    return { type: "External", external: { metric, target: trigger.target } };
  });
  return specs.sort((left, right) => compareText(left.type, right.type));
}

function behaviorOf(
  { spec }: Live<ScaledObject>,
  { isScaleInPaused, isScaleOutPaused }: Steering,
): HorizontalPodAutoscalerBehavior | undefined {
  const given = spec.advanced?.horizontalPodAutoscalerConfig?.behavior;
  if (!isScaleInPaused && !isScaleOutPaused) return given;
  const selectPolicy = "Disabled";
  return {
    ...given,
    ...(isScaleInPaused ? { scaleDown: { ...given?.scaleDown, selectPolicy } } : {}),
    ...(isScaleOutPaused ? { scaleUp: { ...given?.scaleUp, selectPolicy } } : {}),
  };
}

function labelsOf(scaledObject: Live<ScaledObject>): Readonly<Record<string, string>> {
  const { name, labels = {}, annotations = {} } = scaledObject.metadata;
  const excluded = new Set((annotations[excludedLabels] ?? "").split(","));
  const own = autoscalerName(scaledObject).slice(0, labelCharsMax);
  return {
    "app.kubernetes.io/name": own.replace(/[^A-Za-z0-9]+$/, ""),
    "app.kubernetes.io/part-of": name,
    "app.kubernetes.io/managed-by": "keda-operator",
    ...Object.fromEntries(Object.entries(labels).filter(([key]) => !excluded.has(key))),
  };
}
