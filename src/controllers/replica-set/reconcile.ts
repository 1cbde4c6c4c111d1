/**
 * Keeps as many pods running as each ReplicaSet asks for.
 *
 * Level-triggered: a pass reads the whole of one set from the informer caches, lets the pure
 * `planReplicas` decide, and applies the decision. A stale cache is harmless: what the last pass did
 * is expected to show before the next one counts, and the API server refuses outdated writes.
 */

import { compileLabelSelector, type Live, matchesLabels, type ObjectKey } from "#api";
import { type ReplicaSet, type ReplicaSetStatus, replicaSet } from "#api/apps/v1";
import { type Pod, pod } from "#api/core/v1";
import { formatKey, type Informer, type Outcome, revisitAfter, settled } from "#client";
import {
  type Controller,
  type ControllerDeps,
  keyedController,
  type ReconcileContext,
} from "../controller.ts";
import { Expectations } from "../expectations.ts";
import { applyClaims, claimCandidates, type Owner, planClaims } from "../ownership.ts";
import { createPod, deletePod } from "../pod-control.ts";
import { isBeingDeleted } from "../pod-facts.ts";
import { podFromTemplate } from "../pod-template.ts";
import { enqueueOwnersOf } from "../pod-feed.ts";
import { countReplicas, nextAvailabilityMs, planReplicas } from "../replica-count.ts";
import { slowStart } from "../slow-start.ts";
import { type ReplicaFailure, statusOfReplicaSet } from "./status.ts";

interface ReplicaSetSources {
  readonly replicaSets: Informer<ReplicaSet>;
  readonly pods: Informer<Pod>;
  readonly expectations: Expectations;
}

export function replicaSetController(deps: ControllerDeps): Controller {
  const sources: ReplicaSetSources = {
    replicaSets: deps.informers.of(replicaSet),
    pods: deps.informers.of(pod),
    expectations: new Expectations(),
  };
  return keyedController(deps, {
    name: "replicaset-controller",
    feed: (add) => [
      sources.replicaSets.onChange(({ before, after }) => {
        const { metadata } = after ?? before ?? {};
        if (metadata !== undefined) {
          add({ namespace: metadata.namespace ?? "", name: metadata.name });
        }
      }),
      enqueueOwnersOf(sources.pods, {
        owners: sources.replicaSets.cache,
        ownerKind: replicaSet,
        selectorOf: (owner) => compileLabelSelector(owner.spec.selector),
        expectations: sources.expectations,
        add,
      }),
    ],
    reconcile: (context, key, signal) => reconcileReplicaSet(context, sources, key, signal),
  });
}

export async function reconcileReplicaSet(
  context: ReconcileContext,
  sources: ReplicaSetSources,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<Outcome> {
  const set = sources.replicaSets.cache.find(key);
  // Deleted since it was queued: the garbage collector owns what it left behind.
  if (set === undefined) return settled;
  const owner: Owner = { apiVersion: "apps/v1", kind: "ReplicaSet", metadata: set.metadata };
  const pods = await claimPods(context, sources, { set, owner }, signal);

  const nowMs = context.clock.nowMs();
  const isCurrent = sources.expectations.areMet(formatKey(key), nowMs);
  const failure =
    isCurrent && !isBeingDeleted(set)
      ? await reachCount(context, sources, { set, owner, pods }, signal)
      : undefined;

  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  const labels = set.spec.template?.metadata?.labels ?? {};
  const counts = countReplicas(pods, labels, minReadySeconds, nowMs);
  const status = statusOfReplicaSet(set, counts, failure, nowMs);
  await writeStatus(context, set, status, signal);

  if (failure !== undefined) throw failure.error;
  const waitMs = nextAvailabilityMs(pods, minReadySeconds, nowMs);
  return waitMs === undefined ? settled : revisitAfter(waitMs);
}

async function claimPods(
  context: ReconcileContext,
  sources: ReplicaSetSources,
  { set, owner }: { readonly set: Live<ReplicaSet>; readonly owner: Owner },
  signal: AbortSignal,
): Promise<readonly Live<Pod>[]> {
  const selector = compileLabelSelector(set.spec.selector);
  const candidates = claimCandidates(sources.pods.cache, owner);
  const claims = planClaims(owner, candidates, (labels) => matchesLabels(selector, labels));
  return applyClaims(context.client.of(pod), owner, claims, signal);
}

/** Applies the plan; a refused creation ends the pass, so that a refusal is not met 500 times. */
async function reachCount(
  context: ReconcileContext,
  { expectations, pods: informer }: ReplicaSetSources,
  subject: {
    readonly set: Live<ReplicaSet>;
    readonly owner: Owner;
    readonly pods: readonly Live<Pod>[];
  },
  signal: AbortSignal,
): Promise<ReplicaFailure | undefined> {
  const { set, owner, pods } = subject;
  const key = formatKey({ namespace: set.metadata.namespace ?? "", name: set.metadata.name });
  const plan = planReplicas(set.spec.replicas ?? 1, pods);
  const template = set.spec.template;
  const create = async (): Promise<void> => {
    if (template === undefined) return;
    const wanted = podFromTemplate(template, owner, `${set.metadata.name}-`);
    const { metadata } = await createPod(context, owner, wanted, signal);
    const podKey = { namespace: metadata.namespace ?? "", name: metadata.name };
    const isVisible = informer.cache.find(podKey) !== undefined;
    expectations.expectCreation(key, metadata.uid, isVisible, context.clock.nowMs());
  };
  try {
    await slowStart(plan.createCount, create);
  } catch (error) {
    // The status tells why before the queue tries again.
    return { kind: "FailedCreate", error };
  }
  for (const victim of plan.remove) {
    expectations.expectDeletion(key, victim.metadata.uid, context.clock.nowMs());
  }
  await slowStart(plan.remove.length, async (index) => {
    const victim = plan.remove[index];
    if (victim !== undefined) await deletePod(context, owner, victim, signal);
  });
  return undefined;
}

async function writeStatus(
  context: ReconcileContext,
  set: Live<ReplicaSet>,
  status: ReplicaSetStatus | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (status === undefined) return;
  await context.client.of(replicaSet).updateStatus({ ...set, status }, {}, signal);
}
