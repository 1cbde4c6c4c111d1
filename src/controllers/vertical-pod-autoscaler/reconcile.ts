/**
 * Recommends what pods should request, and sees to it: the VerticalPodAutoscaler. Every minute it enters what
 * the pods of each autoscaler's target use, tells what follows from it, and evicts pods that are too far from
 * it, as many at a time as their target can do without. New pods get what is recommended by admission.
 *
 * What pods have used is kept in memory: a server that starts goes on telling what was told last until it
 * has seen enough itself.
 */

import { hasReason, type Live, type ObjectKey, parseTime } from "#api";
import { replicaSet as replicaSetKind, type ReplicaSet } from "#api/apps/v1";
import { type Pod, pod as podKind } from "#api/core/v1";
import { type PodMetrics, podMetrics } from "#api/metrics/v1beta1";
import {
  type RecommendedContainerResources,
  type VerticalPodAutoscaler,
  verticalPodAutoscaler as autoscalerKind,
  type VerticalPodAutoscalerStatus,
} from "#api/verticalautoscaling/v1";
import {
  formatKey,
  type Informer,
  keyOfObject,
  type Outcome,
  revisitAfter,
  settled,
} from "#client";
import {
  type Controller,
  type ControllerDeps,
  keyedController,
  type ReconcileContext,
} from "../controller.ts";
import { isTerminal } from "../pod-facts.ts";
import { canonicalText } from "../pod-template.ts";
import { conditionsOf } from "./conditions.ts";
import { ContainerUsage } from "./container-usage.ts";
import { estimate } from "./estimate.ts";
import { workloadsOf } from "./pod-target.ts";
import { millisOf, policyOf, recommendationOf } from "./recommend.ts";
import { podsToReplace } from "./replace.ts";

const periodMs = 60_000;

/** By the container's name. */
type Usages = Map<string, ContainerUsage>;

interface Parts {
  readonly autoscalers: Informer<VerticalPodAutoscaler>;
  readonly pods: Informer<Pod>;
  readonly replicaSets: Informer<ReplicaSet>;
  /** By the autoscaler's uid. */
  readonly usages: Map<string, Usages>;
  /** By the autoscaler's key: when it was last looked at. */
  readonly lookedAt: Map<string, number>;
}

export function verticalPodAutoscalerController(deps: ControllerDeps): Controller {
  const parts: Parts = {
    autoscalers: deps.informers.of(autoscalerKind),
    pods: deps.informers.of(podKind),
    replicaSets: deps.informers.of(replicaSetKind),
    usages: new Map(),
    lookedAt: new Map(),
  };
  return keyedController(deps, {
    name: "vertical-pod-autoscaler",
    queue: "verticalpodautoscaler",
    feed: (add) => [
      parts.autoscalers.onChange(({ before, after }) => {
        if (after === undefined) forget(parts, before);
        else if (canonicalText(before?.spec ?? {}) !== canonicalText(after.spec)) {
          parts.lookedAt.delete(formatKey(keyOfObject(after)));
          add(keyOfObject(after));
        }
      }),
    ],
    reconcile: (context, key, signal) => reconcileAutoscaler(context, parts, key, signal),
  });
}

function forget({ usages, lookedAt }: Parts, gone: Live<VerticalPodAutoscaler> | undefined): void {
  if (gone === undefined) return;
  usages.delete(gone.metadata.uid);
  lookedAt.delete(formatKey(keyOfObject(gone)));
}

async function reconcileAutoscaler(
  context: ReconcileContext,
  parts: Parts,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<Outcome> {
  const autoscaler = parts.autoscalers.cache.find(key);
  if (autoscaler === undefined) return settled;
  const nowMs = context.clock.nowMs();
  const dueMs = (parts.lookedAt.get(formatKey(key)) ?? Number.NEGATIVE_INFINITY) + periodMs;
  if (dueMs > nowMs) return revisitAfter(dueMs - nowMs);
  const pods = podsOf(parts, autoscaler);
  const usages = usagesOf(parts, autoscaler);
  enterUsage(usages, pods, await readMetrics(context, key.namespace, signal));
  const found = recommend(autoscaler, usages);
  const { recommendation: told } = autoscaler.status ?? {};
  const recommendations = found.length > 0 ? found : (told?.containerRecommendations ?? []);
  const provision = { hasPods: pods.length > 0, hasRecommendation: recommendations.length > 0 };
  const status: VerticalPodAutoscalerStatus = {
    ...(provision.hasRecommendation
      ? { recommendation: { containerRecommendations: recommendations } }
      : {}),
    conditions: conditionsOf(autoscaler.status?.conditions ?? [], provision, nowMs),
  };
  await tell(context, autoscaler, status, signal);
  const replaced = podsToReplace({ spec: autoscaler.spec, recommendations, pods, nowMs });
  for (const pod of replaced) await evict(context, autoscaler, pod, signal);
  parts.lookedAt.set(formatKey(key), nowMs);
  return revisitAfter(periodMs);
}

/** The pods of the target that have not ended. */
function podsOf(
  { pods, replicaSets }: Parts,
  { metadata, spec }: Live<VerticalPodAutoscaler>,
): readonly Live<Pod>[] {
  const { kind, name } = spec.targetRef;
  return pods.cache
    .list(metadata.namespace ?? "")
    .filter(
      (pod) =>
        !isTerminal(pod) &&
        workloadsOf(pod, replicaSets.cache).some((one) => one.kind === kind && one.name === name),
    );
}

function usagesOf({ usages }: Parts, { metadata }: Live<VerticalPodAutoscaler>): Usages {
  const known = usages.get(metadata.uid) ?? new Map<string, ContainerUsage>();
  usages.set(metadata.uid, known);
  return known;
}

async function readMetrics(
  { client }: ReconcileContext,
  namespace: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, PodMetrics>> {
  const { items } = await client.of(podMetrics).list({ namespace }, signal);
  return new Map(items.map((item) => [item.metadata.name, item]));
}

function enterUsage(
  usages: Usages,
  pods: readonly Live<Pod>[],
  metrics: ReadonlyMap<string, PodMetrics>,
): void {
  for (const { metadata, spec } of pods) {
    const told = metrics.get(metadata.name);
    for (const { name, usage } of told?.containers ?? []) {
      const container = spec.containers.find((one) => one.name === name);
      if (container === undefined || told === undefined) continue;
      const known = usages.get(name) ?? new ContainerUsage();
      usages.set(name, known);
      const amount = (resource: string) => millisOf(usage[resource] ?? "0") / 1000;
      known.enter(metadata.uid, {
        atMs: parseTime(told.timestamp),
        cpu: amount("cpu"),
        memoryBytes: amount("memory"),
        cpuRequest: millisOf(container.resources?.requests?.["cpu"] ?? "0") / 1000,
      });
    }
  }
}

function recommend(
  { spec }: Live<VerticalPodAutoscaler>,
  usages: Usages,
): readonly RecommendedContainerResources[] {
  const names = [...usages.keys()].filter((name) => policyOf(spec, name)?.mode !== "Off").sort();
  return names.flatMap((name) => {
    const usage = usages.get(name);
    if (usage === undefined || usage.sampleCount === 0) return [];
    const found = recommendationOf(name, estimate(usage, names.length), spec);
    return found === undefined ? [] : [found];
  });
}

async function tell(
  { client }: ReconcileContext,
  autoscaler: Live<VerticalPodAutoscaler>,
  status: VerticalPodAutoscalerStatus,
  signal: AbortSignal,
): Promise<void> {
  if (canonicalText(status) === canonicalText(autoscaler.status ?? {})) return;
  await client.of(autoscalerKind).updateStatus({ ...autoscaler, status }, {}, signal);
}

/** By the eviction subresource, so that disruption budgets are heeded. */
async function evict(
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
    // A budget may say no, and the pod may be gone: the next look decides anew.
    if (hasReason(error, "TooManyRequests") || hasReason(error, "NotFound")) return;
    throw error;
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
