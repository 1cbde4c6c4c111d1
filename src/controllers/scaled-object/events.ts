/** What people are told of a ScaledObject, under KEDA's reasons. */

import { formatKey, keyOfObject } from "#client";
import type { TargetScale } from "../scale-target.ts";
import type { Resize } from "./activation.ts";
import { type Pass, record } from "./pass.ts";
import { targetReference } from "./target.ts";
import type { Trigger } from "./trigger.ts";

/** Tells once of every version of the object which triggers are asked. */
export function tellStart(pass: Pass, triggers: readonly Trigger[]): void {
  const { metadata } = pass.scaledObject;
  const { generation = 0 } = metadata;
  const key = formatKey(keyOfObject(pass.scaledObject));
  if (pass.parts.started.get(key) === generation) return;
  pass.parts.started.set(key, generation);
  for (const { type } of pass.scaledObject.spec.triggers) {
    record(pass, "Normal", "KEDAScalersStarted", `Scaler ${type} is built`);
  }
  for (const trigger of triggers) {
    if (trigger.kind !== "prometheus" || trigger.serverAddress === "") continue;
    const own = "is answered by the cluster's own monitoring engine instead of";
    record(pass, "Normal", "KEDAScalerInfo", `${trigger.metric} ${own} ${trigger.serverAddress}`);
  }
  record(pass, "Normal", "KEDAScalersStarted", "Started scalers watch");
}

export function tellResize(
  pass: Pass,
  { specReplicas }: TargetScale,
  { replicas, why }: Resize,
  activity: ReadonlyMap<string, boolean>,
): void {
  const change = `${describeTarget(pass)} from ${specReplicas} to ${replicas}`;
  if (why === "deactivate") {
    record(pass, "Normal", "KEDAScaleTargetDeactivated", `Deactivated ${change}`);
  } else if (why === "activate") {
    const active = [...activity].flatMap(([metric, isActive]) => (isActive ? [metric] : []));
    const because = pass.steering.isForced
      ? "caused by forced activation annotation"
      : `triggered by ${active.join(";")}`;
    record(pass, "Normal", "KEDAScaleTargetActivated", `Scaled ${change}, ${because}`);
  }
}

export function tellFailure(
  pass: Pass,
  { specReplicas }: TargetScale,
  { replicas, why }: Resize,
): void {
  const change = `${describeTarget(pass)} from ${specReplicas} to ${replicas}`;
  if (why === "deactivate") {
    record(pass, "Warning", "KEDAScaleTargetDeactivationFailed", `Failed to deactivate ${change}`);
  } else {
    record(pass, "Warning", "KEDAScaleTargetActivationFailed", `Failed to scale ${change}`);
  }
}

function describeTarget({ scaledObject, namespace }: Pass): string {
  const { apiVersion, kind, name } = targetReference(scaledObject.spec);
  return `${apiVersion}.${kind} ${namespace}/${name}`;
}

const changeEvents: readonly (readonly [
  type: string,
  status: string,
  reason: string,
  message: string,
])[] = [
  ["Ready", "True", "ScaledObjectReady", "ScaledObject is ready for scaling"],
  ["Paused", "True", "ScaledObjectPaused", "ScaledObject is paused"],
  ["Paused", "False", "ScaledObjectUnpaused", "pause annotation removed for ScaledObject"],
  ["Fallback", "True", "ScaledObjectFallbackActivated", "ScaledObject fallback is active"],
  [
    "Fallback",
    "False",
    "ScaledObjectFallbackDeactivated",
    "ScaledObject fallback is no longer active",
  ],
];

/** Tells which conditions have become others. */
export function tellChanges(
  pass: Pass,
  after: readonly { readonly type: string; readonly status: string }[],
): void {
  const before = pass.scaledObject.status?.conditions ?? [];
  const statusIn = (list: typeof after, type: string) =>
    list.find((one) => one.type === type)?.status;
  for (const [type, status, reason, message] of changeEvents) {
    const former = statusIn(before, type);
    if (statusIn(after, type) !== status || former === status) continue;
    // What has never been otherwise did not end.
    if (status === "False" && former !== "True") continue;
    record(pass, type === "Fallback" && status === "True" ? "Warning" : "Normal", reason, message);
  }
}
