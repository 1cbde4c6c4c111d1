/**
 * Keeps as many pods running as an owner asks for: a ReplicaSet or a ReplicationController.
 *
 * Level-triggered: a pass reads the whole of one owner from the informer caches, lets the pure
 * `planReplicas` decide, and applies the decision. A stale cache is harmless: what the last pass did
 * is expected to show before the next one counts, and the API server refuses outdated writes.
 */

import {
  type AnyKind,
  type CompiledLabelSelector,
  type Live,
  matchesLabels,
  type ObjectKey,
} from "#api";
import { type Pod, pod, type PodTemplateSpec } from "#api/core/v1";
import type { ObjectMeta } from "#api/meta/v1";
import { formatKey, type Informer, type Outcome, revisitAfter, settled } from "#client";
import {
  type Controller,
  type ControllerDeps,
  keyedController,
  type ReconcileContext,
} from "./controller.ts";
import { Expectations } from "./expectations.ts";
import { createPods, deletePods } from "./expected-pods.ts";
import { applyClaims, claimCandidates, type Owner, planClaims } from "./ownership.ts";
import { isBeingDeleted } from "./pod-facts.ts";
import { podFromTemplate } from "./pod-template.ts";
import { enqueueOwnersOf } from "./pod-feed.ts";
import {
  countReplicas,
  nextAvailabilityMs,
  planReplicas,
  type ReplicaCounts,
} from "./replica-count.ts";
import type { ReplicaFailure } from "./replica-status.ts";

/** What an owner asks for. */
interface ReplicaWish {
  readonly owner: Owner;
  readonly selector: CompiledLabelSelector;
  readonly template: PodTemplateSpec | undefined;
  readonly replicas: number;
  readonly minReadySeconds: number;
}

/** What a pass has found out, to be written into the owner's status. */
interface ReplicaFindings {
  readonly counts: ReplicaCounts;
  readonly failure: ReplicaFailure | undefined;
  readonly nowMs: number;
}

export interface ReplicaControl<T> {
  /** As shown in Events: `replicaset-controller`. */
  readonly name: string;
  /** As its work queue is called in metrics. */
  readonly queue: string;
  readonly kind: AnyKind;
  readonly owners: Informer<T>;
  readonly wishOf: (object: Live<T>) => ReplicaWish;
  readonly writeStatus: (
    context: ReconcileContext,
    object: Live<T>,
    findings: ReplicaFindings,
    signal: AbortSignal,
  ) => Promise<void>;
}

interface ReplicaSources {
  readonly pods: Informer<Pod>;
  readonly expectations: Expectations;
}

export function replicaController<T extends { readonly metadata?: ObjectMeta | undefined }>(
  deps: ControllerDeps,
  control: ReplicaControl<T>,
): Controller {
  const sources: ReplicaSources = {
    pods: deps.informers.of(pod),
    expectations: new Expectations(),
  };
  return keyedController(deps, {
    name: control.name,
    queue: control.queue,
    feed: (add) => [
      control.owners.onChange(({ before, after }) => {
        const { metadata } = after ?? before ?? {};
        if (metadata !== undefined) {
          add({ namespace: metadata.namespace ?? "", name: metadata.name });
        }
      }),
      enqueueOwnersOf(sources.pods, {
        owners: control.owners.cache,
        ownerKind: control.kind,
        selectorOf: (owner) => control.wishOf(owner).selector,
        expectations: sources.expectations,
        add,
      }),
    ],
    reconcile: async (context, key, signal) => {
      const object = control.owners.cache.find(key);
      // Deleted since it was queued: the garbage collector owns what it left behind.
      if (object === undefined) return settled;
      const pass: Pass = { context, sources, key, wish: control.wishOf(object), signal };
      return reconcileReplicas(pass, (findings) =>
        control.writeStatus(context, object, findings, signal),
      );
    },
  });
}

/** One pass over one owner. */
interface Pass {
  readonly context: ReconcileContext;
  readonly sources: ReplicaSources;
  readonly key: ObjectKey;
  readonly wish: ReplicaWish;
  readonly signal: AbortSignal;
}

async function reconcileReplicas(
  pass: Pass,
  writeStatus: (findings: ReplicaFindings) => Promise<void>,
): Promise<Outcome> {
  const { context, sources, key, wish } = pass;
  const pods = await claimPods(pass);
  const nowMs = context.clock.nowMs();
  const isCurrent = sources.expectations.areMet(formatKey(key), nowMs);
  const failure =
    isCurrent && !isBeingDeleted(wish.owner) ? await reachCount(pass, pods) : undefined;

  const { minReadySeconds, template } = wish;
  const labels = template?.metadata?.labels ?? {};
  const counts = countReplicas(pods, labels, minReadySeconds, nowMs);
  await writeStatus({ counts, failure, nowMs });

  if (failure !== undefined) throw failure.error;
  const waitMs = nextAvailabilityMs(pods, minReadySeconds, nowMs);
  return waitMs === undefined ? settled : revisitAfter(waitMs);
}

async function claimPods({ context, sources, wish, signal }: Pass): Promise<readonly Live<Pod>[]> {
  const { owner, selector } = wish;
  const candidates = claimCandidates(sources.pods.cache, owner);
  const claims = planClaims(owner, candidates, (labels) => matchesLabels(selector, labels));
  return applyClaims(context.client.of(pod), owner, claims, signal);
}

/** Applies the plan; a refusal is told by the status before the queue tries again. */
async function reachCount(
  { context, sources, key, wish, signal }: Pass,
  pods: readonly Live<Pod>[],
): Promise<ReplicaFailure | undefined> {
  const { owner, template } = wish;
  const { expectations } = sources;
  const plan = planReplicas(wish.replicas, pods);
  const own = { context, owner, key: formatKey(key), pods: sources.pods.cache, expectations };
  // All alike: the server gives each a name of its own.
  const pod = template === undefined ? [] : [podFromTemplate(template, owner, `${key.name}-`)];
  const wanted = pod.flatMap((one) => Array.from({ length: plan.createCount }, () => one));
  const { failure } = await createPods(own, wanted, signal);
  if (failure !== undefined) return { kind: "FailedCreate", error: failure.error };
  await deletePods(own, plan.remove, signal);
  return undefined;
}
