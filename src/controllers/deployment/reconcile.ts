/**
 * Rolls out Deployments: a ReplicaSet for each template that ever was, sized step by step so that
 * never too many pods exist and never too few are available.
 *
 * A pass takes one step only. What it changes comes back as a change of a ReplicaSet, which enqueues
 * the Deployment again, until nothing is left to do.
 */

import {
  compileLabelSelector,
  hasReason,
  type JsonObject,
  type Live,
  matchesLabels,
  type ObjectKey,
} from "#api";
import { type Deployment, deployment, type ReplicaSet, replicaSet } from "#api/apps/v1";
import { type Pod, pod } from "#api/core/v1";
import { type Informer, keyOfObject, type Outcome, revisitAfter, settled } from "#client";
import {
  type Controller,
  type ControllerDeps,
  keyedController,
  type ReconcileContext,
} from "../controller.ts";
import { applyClaims, claimCandidates, controllerReference, planClaims } from "../ownership.ts";
import { isActive, isBeingDeleted } from "../pod-facts.ts";
import { findOwnerKey } from "../pod-feed.ts";
import { canonicalText } from "../pod-template.ts";
import { type NewSetPlan, planCleanup, planNewSetObject, setAnnotations } from "./new-set.ts";
import { findNewSet, integerAnnotation, desiredAnnotation, replicasOf } from "./replica-sets.ts";
import {
  boundsOf,
  planNewSet,
  planOldSets,
  planProportionally,
  planShutdown,
  type Scale,
} from "./rollout.ts";
import { isComplete, statusOfDeployment, untilOverdueMs } from "./status.ts";

interface DeploymentSources {
  readonly deployments: Informer<Deployment>;
  readonly replicaSets: Informer<ReplicaSet>;
  readonly pods: Informer<Pod>;
}

export function deploymentController(deps: ControllerDeps): Controller {
  const sources: DeploymentSources = {
    deployments: deps.informers.of(deployment),
    replicaSets: deps.informers.of(replicaSet),
    pods: deps.informers.of(pod),
  };
  return keyedController(deps, {
    name: "deployment-controller",
    queue: "deployment",
    feed: (add) => feedDeployments(sources, add),
    reconcile: (context, key, signal) => reconcileDeployment(context, sources, key, signal),
  });
}

function feedDeployments(
  sources: DeploymentSources,
  add: (key: ObjectKey) => void,
): readonly Disposable[] {
  return [
    sources.deployments.onChange(({ before, after }) => {
      const object = after ?? before;
      if (object !== undefined) add(keyOfObject(object));
    }),
    sources.replicaSets.onChange(({ before, after }) => {
      for (const set of [before, after]) {
        const owner = set === undefined ? undefined : findOwnerKey(set, deployment);
        if (owner !== undefined) add(owner);
      }
      if (after !== undefined) enqueueAdopters(sources, after, add);
    }),
    // Recreate waits for the last old pod to be gone.
    sources.pods.onChange(({ before, after }) => {
      if (after !== undefined || before === undefined) return;
      const owner = findOwnerKey(before, replicaSet);
      const set = owner === undefined ? undefined : sources.replicaSets.cache.find(owner);
      const key = set === undefined ? undefined : findOwnerKey(set, deployment);
      if (key !== undefined) add(key);
    }),
  ];
}

function enqueueAdopters(
  { deployments }: DeploymentSources,
  { metadata }: Live<ReplicaSet>,
  add: (key: ObjectKey) => void,
): void {
  if (metadata.ownerReferences?.some(({ controller }) => controller === true)) return;
  for (const candidate of deployments.cache.list(metadata.namespace ?? "")) {
    if (matchesLabels(compileLabelSelector(candidate.spec.selector), metadata.labels)) {
      add(keyOfObject(candidate));
    }
  }
}

/** One pass over one Deployment, with everything it owns. */
interface Subject {
  readonly context: ReconcileContext;
  readonly sources: DeploymentSources;
  readonly deployment: Live<Deployment>;
  readonly sets: readonly Live<ReplicaSet>[];
  readonly signal: AbortSignal;
}

async function reconcileDeployment(
  context: ReconcileContext,
  sources: DeploymentSources,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<Outcome> {
  const found = sources.deployments.cache.find(key);
  // Deleted since it was queued: the garbage collector owns what it left behind.
  if (found === undefined) return settled;
  const sets = await claimSets(context, sources, found, signal);
  const subject: Subject = { context, sources, deployment: found, sets, signal };
  if (isBeingDeleted(found)) return writeStatus(subject, findNewSet(found, sets));
  if (found.spec.paused === true || isScaling(found, sets)) return holdOrScale(subject);
  return found.spec.strategy?.type === "Recreate" ? recreate(subject) : roll(subject);
}

async function claimSets(
  context: ReconcileContext,
  { replicaSets }: DeploymentSources,
  found: Live<Deployment>,
  signal: AbortSignal,
): Promise<readonly Live<ReplicaSet>[]> {
  const owner = { apiVersion: "apps/v1", kind: "Deployment", metadata: found.metadata };
  const selector = compileLabelSelector(found.spec.selector);
  const candidates = claimCandidates(replicaSets.cache, owner);
  const claims = planClaims(owner, candidates, (labels) => matchesLabels(selector, labels));
  return applyClaims(context.client.of(replicaSet), owner, claims, signal);
}

/** The Deployment's size was changed, which comes before any rollout. */
function isScaling(found: Live<Deployment>, sets: readonly Live<ReplicaSet>[]): boolean {
  return sets.some((set) => {
    const told = integerAnnotation(set.metadata.annotations?.[desiredAnnotation]);
    return replicasOf(set) > 0 && told !== undefined && told !== (found.spec.replicas ?? 1);
  });
}

async function holdOrScale(subject: Subject): Promise<Outcome> {
  const { deployment: found, sets } = subject;
  const newSet = findNewSet(found, sets);
  const scales = planProportionally(boundsOf(found), newSet, sets);
  const scaled = await applyScales(subject, scales);
  // Sets that keep their size still learn the size that was asked for.
  const told = await tellSizes(subject, scaled);
  await cleanUp(subject, newSet, told);
  return writeStatus({ ...subject, sets: told }, newSet);
}

async function roll(subject: Subject): Promise<Outcome> {
  const { deployment: found } = subject;
  const { newSet, sets, news } = await ensureNewSet(subject, "rolling");
  const next = { ...subject, sets };
  const bounds = boundsOf(found);
  const oldSets = sets.filter((set) => set !== newSet);
  const growth = planNewSet(bounds, newSet, sets);
  const scales = growth.length > 0 ? growth : planOldSets(bounds, newSet, oldSets);
  if (scales.length > 0) {
    const scaled = await applyScales(next, scales);
    return writeStatus({ ...next, sets: scaled }, findNewSet(found, scaled), news);
  }
  await cleanUp(next, newSet, sets);
  return writeStatus(next, newSet, news);
}

async function recreate(subject: Subject): Promise<Outcome> {
  const { deployment: found, sets } = subject;
  const present = findNewSet(found, sets);
  const oldSets = sets.filter((set) => set !== present);
  const shutdown = planShutdown(oldSets);
  if (shutdown.length > 0) {
    return writeStatus({ ...subject, sets: await applyScales(subject, shutdown) }, present);
  }
  if (hasPods(subject.sources, oldSets)) return writeStatus(subject, present);

  const made = await ensureNewSet(subject, "recreating");
  const next = { ...subject, sets: made.sets };
  const scaled = await applyScales(next, planNewSet(boundsOf(found), made.newSet, [made.newSet]));
  await cleanUp(next, made.newSet, scaled);
  return writeStatus({ ...next, sets: scaled }, findNewSet(found, scaled), made.news);
}

function hasPods({ pods }: DeploymentSources, sets: readonly Live<ReplicaSet>[]): boolean {
  return sets.some(({ metadata }) =>
    pods.cache
      .byIndex("ownerUid", metadata.uid)
      .some((pod) => isActive(pod) || isBeingDeleted(pod)),
  );
}

interface EnsuredSet {
  readonly newSet: Live<ReplicaSet>;
  readonly sets: readonly Live<ReplicaSet>[];
  readonly news?: { readonly reason: string; readonly message: string };
}

/** Finds or creates the set of the present template, with its revision written down. */
async function ensureNewSet(subject: Subject, how: "rolling" | "recreating"): Promise<EnsuredSet> {
  const { context, deployment: found, sets, signal } = subject;
  const plan = planNewSetObject(found, sets, how);
  await noteRevision(subject, plan);
  const resource = context.client.of(replicaSet);
  if (plan.kind === "keep") return { newSet: plan.set, sets };
  if (plan.kind === "annotate") {
    const key = keyOfObject(plan.set);
    const body = { metadata: { annotations: plan.annotations }, spec: plan.spec };
    const newSet = await resource.patch(key, { type: "merge", body }, {}, signal);
    const message = `Found new replica set "${newSet.metadata.name}"`;
    const others = sets.filter((set) => set !== plan.set);
    return { newSet, sets: [...others, newSet], news: { reason: "FoundNewReplicaSet", message } };
  }
  const owner = { apiVersion: "apps/v1", kind: "Deployment", metadata: found.metadata };
  const wanted = {
    ...plan.object,
    metadata: { ...plan.object.metadata, ownerReferences: [controllerReference(owner)] },
  };
  const newSet = await createSet(subject, wanted);
  const { name } = newSet.metadata;
  const size = replicasOf(newSet);
  if (size > 0) reportScale(subject, newSet, 0, size);
  const message = `Created new replica set "${name}"`;
  return { newSet, sets: [...sets, newSet], news: { reason: "NewReplicaSetCreated", message } };
}

/**
 * Creates the set. A namesake of other content means that two templates share a hash: the collision
 * count goes up and the next pass finds another name.
 */
async function createSet(subject: Subject, wanted: ReplicaSet): Promise<Live<ReplicaSet>> {
  const { context, deployment: found, signal } = subject;
  try {
    return await context.client.of(replicaSet).create(wanted, {}, signal);
  } catch (error) {
    if (!hasReason(error, "AlreadyExists")) throw error;
    const key = { namespace: found.metadata.namespace ?? "", name: wanted.metadata?.name ?? "" };
    const namesake = await context.client.of(replicaSet).get(key, signal);
    const isOurs = namesake.metadata.ownerReferences?.some(({ uid }) => uid === found.metadata.uid);
    if (isOurs && findNewSet(found, [namesake]) !== undefined) return namesake;
    const collisionCount = (found.status.collisionCount ?? 0) + 1;
    const status = { ...found.status, collisionCount };
    await context.client.of(deployment).updateStatus({ ...found, status }, {}, signal);
    throw error;
  }
}

async function noteRevision(subject: Subject, plan: NewSetPlan): Promise<void> {
  const { context, deployment: found, signal } = subject;
  if (plan.deploymentAnnotations === undefined) return;
  const body = { metadata: { annotations: plan.deploymentAnnotations } };
  const key = keyOfObject(found);
  await context.client.of(deployment).patch(key, { type: "merge", body }, {}, signal);
}

/** Applies sizes and returns all sets as they are afterwards. */
async function applyScales(
  subject: Subject,
  scales: readonly Scale[],
): Promise<readonly Live<ReplicaSet>[]> {
  const { context, deployment: found, signal } = subject;
  let sets = subject.sets;
  for (const { set, replicas } of scales) {
    const body: JsonObject = {
      metadata: { annotations: setAnnotations(found) },
      spec: { replicas },
    };
    const resource = context.client.of(replicaSet);
    const scaled = await resource.patch(keyOfObject(set), { type: "merge", body }, {}, signal);
    sets = sets.map((other) => (other === set ? scaled : other));
    reportScale(subject, set, replicasOf(set), replicas);
  }
  return sets;
}

async function tellSizes(
  subject: Subject,
  sets: readonly Live<ReplicaSet>[],
): Promise<readonly Live<ReplicaSet>[]> {
  const { context, deployment: found, signal } = subject;
  const annotations = setAnnotations(found);
  const told: Live<ReplicaSet>[] = [];
  for (const set of sets) {
    const knows = Object.entries(annotations).every(
      ([name, text]) => set.metadata.annotations?.[name] === text,
    );
    const key = keyOfObject(set);
    const body = { metadata: { annotations } };
    told.push(
      knows || replicasOf(set) === 0
        ? set
        : await context.client.of(replicaSet).patch(key, { type: "merge", body }, {}, signal),
    );
  }
  return told;
}

function reportScale(
  { context, deployment: found }: Subject,
  { metadata }: Live<ReplicaSet>,
  from: number,
  to: number,
): void {
  const subject = { apiVersion: "apps/v1", kind: "Deployment", metadata: found.metadata };
  const verb = to > from ? "up" : "down";
  context.recorder.record(subject, {
    type: "Normal",
    reason: "ScalingReplicaSet",
    message: `Scaled ${verb} replica set ${metadata.name} from ${from} to ${to}`,
  });
}

/** Deletes sets beyond the history limit once the rollout is complete. */
async function cleanUp(
  subject: Subject,
  newSet: Live<ReplicaSet> | undefined,
  sets: readonly Live<ReplicaSet>[],
): Promise<void> {
  const { context, deployment: found, signal } = subject;
  const status = statusOfDeployment({
    deployment: found,
    newSet,
    sets,
    nowMs: context.clock.nowMs(),
  });
  if (!isComplete(found, status)) return;
  for (const set of planCleanup(found, newSet, sets)) {
    const preconditions = { uid: set.metadata.uid };
    const options = { preconditions };
    try {
      await context.client.of(replicaSet).delete(keyOfObject(set), options, signal);
    } catch (error) {
      // Gone already is what was wanted.
      if (!hasReason(error, "NotFound")) throw error;
    }
  }
}

async function writeStatus(
  subject: Subject,
  newSet: Live<ReplicaSet> | undefined,
  news?: { readonly reason: string; readonly message: string },
): Promise<Outcome> {
  const { context, deployment: found, sets, signal } = subject;
  const nowMs = context.clock.nowMs();
  const status = statusOfDeployment({
    deployment: found,
    newSet,
    sets,
    nowMs,
    ...(news === undefined ? {} : { news }),
  });
  if (canonicalText(meaningful(status)) !== canonicalText(meaningful(found.status))) {
    const key = keyOfObject(found);
    const fresh = (await context.client.of(deployment).find(key, signal)) ?? found;
    await context.client.of(deployment).updateStatus({ ...fresh, status }, {}, signal);
  }
  const waitMs = untilOverdueMs(found, status, nowMs);
  return waitMs === undefined ? settled : revisitAfter(waitMs);
}

/** Zero counts are left out on the wire, so that zero and absent are the same here. */
function meaningful(status: object): object {
  return Object.fromEntries(Object.entries(status).filter(([, member]) => member !== 0));
}
