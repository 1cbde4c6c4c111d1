/** Creating and deleting pods on behalf of an owner, with the Events that users expect. */

import { hasReason, type Live } from "#api";
import { type Pod, pod } from "#api/core/v1";
import type { ReconcileContext } from "./controller.ts";
import type { Owner } from "./ownership.ts";
import { isNamespaceGoing } from "./terminating-namespace.ts";

/** Creates `wanted` and reports it; a refusal is reported as FailedCreate and passed on. */
export async function createPod(
  context: ReconcileContext,
  owner: Owner,
  wanted: Pod,
  signal: AbortSignal,
): Promise<Live<Pod>> {
  try {
    const created = await context.client.of(pod).create(wanted, {}, signal);
    context.recorder.record(owner, {
      type: "Normal",
      reason: "SuccessfulCreate",
      message: `Created pod: ${created.metadata.name}`,
    });
    return created;
  } catch (error) {
    // Nothing can be created in a namespace that is going away; its content goes with it.
    if (!signal.aborted && !isNamespaceGoing(error)) {
      context.recorder.record(owner, {
        type: "Warning",
        reason: "FailedCreate",
        message: `Error creating: ${error instanceof Error ? error.message : String(error)}`,
      });
    }
    throw error;
  }
}

/** Deletes a pod of `owner`; a pod that is gone already is what the caller wanted. */
export async function deletePod(
  context: ReconcileContext,
  owner: Owner,
  { metadata }: Live<Pod>,
  signal: AbortSignal,
): Promise<void> {
  const key = { namespace: metadata.namespace ?? "", name: metadata.name };
  try {
    await context.client.of(pod).delete(key, { preconditions: { uid: metadata.uid } }, signal);
  } catch (error) {
    if (hasReason(error, "NotFound") || hasReason(error, "Conflict")) return;
    throw error;
  }
  context.recorder.record(owner, {
    type: "Normal",
    reason: "SuccessfulDelete",
    message: `Deleted pod: ${metadata.name}`,
  });
}
