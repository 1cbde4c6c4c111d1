import { hasReason, type Live } from "#api";
import { type Pod, pod as podKind } from "#api/core/v1";
import { type Client, keyOfObject } from "#client";
import { trackingFinalizer } from "./pod-facts.ts";

/** Takes the Job's finalizer off a pod; a pod that is gone needs none taken. */
export async function releasePod(
  client: Client,
  pod: Live<Pod>,
  signal: AbortSignal,
): Promise<void> {
  // A strategic merge deletes this one entry, whatever others were added meanwhile.
  const body = {
    metadata: { uid: pod.metadata.uid, "$deleteFromPrimitiveList/finalizers": [trackingFinalizer] },
  };
  try {
    await client.of(podKind).patch(keyOfObject(pod), { type: "strategic", body }, {}, signal);
  } catch (error) {
    if (!hasReason(error, "NotFound") && !hasReason(error, "Conflict")) throw error;
  }
}
