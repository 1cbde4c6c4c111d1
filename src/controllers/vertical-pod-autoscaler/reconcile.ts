/**
 * Recommends what pods should request, and sees to it: the VerticalPodAutoscaler. Every minute it enters what
 * the pods of each autoscaler's target use, tells what follows from it, and resizes or evicts pods that are too
 * far from it, as many at a time as their target can do without. New pods get what is recommended by admission.
 *
 * What pods have used is kept in memory, and every few minutes as checkpoints, so that a server that starts
 * goes on where the last one was.
 */

import type { Live, ObjectKey } from "#api";
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
import { applyUpdates } from "./apply-updates.ts";
import { readCheckpoints, writeCheckpoints } from "./checkpoints.ts";
import { conditionsOf } from "./conditions.ts";
import { estimate } from "./estimate.ts";
import { Observation } from "./observation.ts";
import { planUpdates } from "./plan-updates.ts";
import { workloadsOf } from "./pod-target.ts";
import { policyOf, recommendationOf } from "./recommend.ts";

const periodMs = 60_000;
const checkpointPeriodMs = 5 * periodMs;

interface Parts {
  readonly autoscalers: Informer<VerticalPodAutoscaler>;
  readonly pods: Informer<Pod>;
  readonly replicaSets: Informer<ReplicaSet>;
  /** By the autoscaler's uid. */
  readonly observations: Map<string, Observation>;
  /** By the autoscaler's key: when it was last looked at. */
  readonly lookedAt: Map<string, number>;
}

export function verticalPodAutoscalerController(deps: ControllerDeps): Controller {
  const parts: Parts = {
    autoscalers: deps.informers.of(autoscalerKind),
    pods: deps.informers.of(podKind),
    replicaSets: deps.informers.of(replicaSetKind),
    observations: new Map(),
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

function forget(
  { observations, lookedAt }: Parts,
  gone: Live<VerticalPodAutoscaler> | undefined,
): void {
  if (gone === undefined) return;
  observations.delete(gone.metadata.uid);
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
  const observation = await observationOf(context, parts, autoscaler, signal);
  observation.enter(pods, await readMetrics(context, key.namespace, signal));
  const found = recommend(autoscaler, observation);
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
  const plan = planUpdates({ spec: autoscaler.spec, recommendations, pods, nowMs });
  await applyUpdates(context, { ...autoscaler, status }, plan, signal);
  await keep(context, autoscaler, observation, signal);
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

/** What was seen before this server started comes from checkpoints. */
async function observationOf(
  { client, clock }: ReconcileContext,
  { observations }: Parts,
  autoscaler: Live<VerticalPodAutoscaler>,
  signal: AbortSignal,
): Promise<Observation> {
  const { uid } = autoscaler.metadata;
  const known = observations.get(uid);
  if (known !== undefined) return known;
  const kept = await readCheckpoints(client, autoscaler, signal);
  const observation = new Observation(kept, clock.nowMs());
  observations.set(uid, observation);
  return observation;
}

async function keep(
  { client, clock }: ReconcileContext,
  autoscaler: Live<VerticalPodAutoscaler>,
  observation: Observation,
  signal: AbortSignal,
): Promise<void> {
  const nowMs = clock.nowMs();
  if (nowMs < observation.savedAtMs + checkpointPeriodMs) return;
  await writeCheckpoints(client, autoscaler, observation.usages, { nowMs, signal });
  observation.savedAtMs = nowMs;
}

async function readMetrics(
  { client }: ReconcileContext,
  namespace: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, PodMetrics>> {
  const { items } = await client.of(podMetrics).list({ namespace }, signal);
  return new Map(items.map((item) => [item.metadata.name, item]));
}

function recommend(
  { spec }: Live<VerticalPodAutoscaler>,
  { usages }: Observation,
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
