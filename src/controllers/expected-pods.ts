/**
 * Creating and deleting many pods, such that a later pass waits until its cache shows them.
 *
 * An expectation that nothing can fulfil any more would hold its owner up for minutes. So a pod is
 * expected to go only while the cache still shows that it stays, looked at in the same turn; and who
 * could not delete it expects nothing.
 */

import { mapConcurrent } from "#base";
import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import { keyOfObject, type ObjectCache } from "#client";
import type { ReconcileContext } from "./controller.ts";
import type { Expectations } from "./expectations.ts";
import type { Owner } from "./ownership.ts";
import { createPod, deletePod } from "./pod-control.ts";
import { isBeingDeleted } from "./pod-facts.ts";
import { slowStart } from "./slow-start.ts";

/** Deletions under way at the same time. */
const deletionsMax = 64;

export interface PodsOfOwner {
  readonly context: ReconcileContext;
  readonly owner: Owner;
  /** The owner's key, as text: whose next pass waits. */
  readonly key: string;
  readonly pods: ObjectCache<Pod>;
  readonly expectations: Expectations;
}

interface Creations {
  readonly createdCount: number;
  /** The first refusal, after which no more were asked for. */
  readonly failure: { readonly error: unknown } | undefined;
}

/** Creates all that is wanted, few at first; see `slowStart`. */
export async function createPods(
  of: PodsOfOwner,
  wanted: readonly Pod[],
  signal: AbortSignal,
): Promise<Creations> {
  const { context, owner, key, pods, expectations } = of;
  let createdCount = 0;
  try {
    await slowStart(wanted, async (pod) => {
      const created = await createPod(context, owner, pod, signal);
      const isVisible = pods.find(keyOfObject(created)) !== undefined;
      expectations.expectCreation(key, created.metadata.uid, isVisible, context.clock.nowMs());
      createdCount++;
    });
    return { createdCount, failure: undefined };
  } catch (error) {
    // The owner's status tells what there is and why there is no more, before the queue tries again.
    return { createdCount, failure: { error } };
  }
}

/** Deletes all of `victims`; one that is gone already is what the caller wanted. */
export async function deletePods(
  of: PodsOfOwner,
  victims: readonly Live<Pod>[],
  signal: AbortSignal,
): Promise<void> {
  const { context, owner, key, pods, expectations } = of;
  await mapConcurrent(victims, deletionsMax, async (victim) => {
    const { uid } = victim.metadata;
    const known = pods.find(keyOfObject(victim));
    const isStaying = known?.metadata.uid === uid && !isBeingDeleted(known);
    if (isStaying) expectations.expectDeletion(key, uid, context.clock.nowMs());
    try {
      await deletePod(context, owner, victim, signal);
    } catch (error) {
      expectations.observe(uid, true);
      throw error;
    }
  });
}
