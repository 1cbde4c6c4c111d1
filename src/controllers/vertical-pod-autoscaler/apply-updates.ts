/** Brings pods what is recommended for them: another size while they run, or a successor. */

import { asJsonObject, hasReason, type Live, type StatusReason, withRecommendation } from "#api";
import { type Pod, pod as podKind } from "#api/core/v1";
import type { VerticalPodAutoscaler } from "#api/verticalautoscaling/v1";
import { keyOfObject } from "#client";
import type { ReconcileContext } from "../controller.ts";
import type { UpdatePlan } from "./plan-updates.ts";

/** What is left to the next look: the pod has changed or gone, or a budget says no. */
const passing: readonly StatusReason[] = ["TooManyRequests", "NotFound", "Conflict"];
const resizedAnnotation = "vpaInPlaceUpdated";

/** @param autoscaler with what is recommended now */
export async function applyUpdates(
  context: ReconcileContext,
  autoscaler: Live<VerticalPodAutoscaler>,
  { resize, evict }: UpdatePlan,
  signal: AbortSignal,
): Promise<void> {
  const refused: Live<Pod>[] = [];
  for (const pod of resize) {
    if (!(await resizeInPlace(context, autoscaler, pod, signal))) refused.push(pod);
  }
  for (const pod of [...refused, ...evict]) await evictPod(context, autoscaler, pod, signal);
}

/** False when the server refuses the size, so that only a successor can have it. */
async function resizeInPlace(
  { client, recorder }: ReconcileContext,
  autoscaler: Live<VerticalPodAutoscaler>,
  pod: Live<Pod>,
  signal: AbortSignal,
): Promise<boolean> {
  const pods = client.of(podKind);
  const key = keyOfObject(pod);
  const { spec } = withRecommendation(pod, autoscaler);
  const body = asJsonObject({ apiVersion: "v1", kind: "Pod", ...pod, spec });
  try {
    await pods.replaceSubresource(key, "resize", body, signal);
    const marked = { metadata: { annotations: { [resizedAnnotation]: "true" } } };
    await pods.patch(key, { type: "merge", body: marked }, {}, signal);
  } catch (error) {
    if (hasReason(error, "Forbidden") || hasReason(error, "Invalid")) return false;
    if (!passing.some((reason) => hasReason(error, reason))) throw error;
    return true;
  }
  recorder.record(
    { apiVersion: "v1", kind: "Pod", metadata: pod.metadata },
    {
      type: "Normal",
      reason: "InPlaceResizedByVPA",
      message: "Pod was resized in place by VPA Updater.",
    },
  );
  return true;
}

/** By the eviction subresource, so that disruption budgets are heeded. */
async function evictPod(
  { client, recorder }: ReconcileContext,
  autoscaler: Live<VerticalPodAutoscaler>,
  pod: Live<Pod>,
  signal: AbortSignal,
): Promise<void> {
  const { namespace = "", name, uid } = pod.metadata;
  const body = {
    apiVersion: "policy/v1",
    kind: "Eviction",
    metadata: { namespace, name },
    deleteOptions: { preconditions: { uid } },
  };
  try {
    await client.of(podKind).createSubresource({ namespace, name }, "eviction", body, signal);
  } catch (error) {
    if (!passing.some((reason) => hasReason(error, reason))) throw error;
    return;
  }
  recorder.record(
    { apiVersion: "v1", kind: "Pod", metadata: pod.metadata },
    {
      type: "Normal",
      reason: "EvictedByVPA",
      message: "Pod was evicted by VPA Updater to apply resource recommendation.",
    },
  );
  recorder.record(
    {
      apiVersion: "autoscaling.k8s.io/v1",
      kind: "VerticalPodAutoscaler",
      metadata: autoscaler.metadata,
    },
    {
      type: "Normal",
      reason: "EvictedPod",
      message: `VPA Updater evicted Pod ${name} to apply resource recommendation.`,
    },
  );
}
