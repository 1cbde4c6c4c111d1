/**
 * Runs numbered pods with lasting names and volumes.
 *
 * A pass finds the set's pods by their numbers, notes the revisions of its template, lets the pure
 * `planMembers` decide and applies the decision. Source of the behaviour: upstream's
 * `pkg/controller/statefulset`.
 */

import { compileLabelSelector, hasReason, type Live, matchesLabels, type ObjectKey } from "#api";
import {
  type ControllerRevision,
  controllerRevision as controllerRevisionKind,
  type StatefulSet,
  type StatefulSetStatus,
  statefulSet as statefulSetKind,
} from "#api/apps/v1";
import {
  type PersistentVolumeClaim,
  persistentVolumeClaim as claimKind,
  type Pod,
  pod as podKind,
  type PodTemplateSpec,
} from "#api/core/v1";
import { type Informer, keyOfObject, type Outcome, revisitAfter, settled } from "#client";
import {
  type Controller,
  type ControllerDeps,
  keyedController,
  type ReconcileContext,
} from "../controller.ts";
import { applyClaims, claimCandidates, type Owner, planClaims } from "../ownership.ts";
import { isBeingDeleted } from "../pod-facts.ts";
import { enqueueOwnersOf, findOwnerKey } from "../pod-feed.ts";
import { canonicalText } from "../pod-template.ts";
import { nextAvailabilityMs } from "../replica-count.ts";
import {
  ensureRevision,
  type EnsuredRevision,
  templateOfRevision,
  trimHistory,
} from "../revisions.ts";
import { slowStart } from "../slow-start.ts";
import { type ClaimSources, ensureClaims, retainClaims } from "./claims.ts";
import { type Members, membersOf, ordinalOf, podName, revisionOf } from "./members.ts";
import { identityLabels, podOfSet } from "./new-pod.ts";
import { type MemberPlan, type MemberWish, planMembers } from "./plan.ts";
import { statusOfSet } from "./status.ts";

interface StatefulSetSources {
  readonly sets: Informer<StatefulSet>;
  readonly pods: Informer<Pod>;
  readonly claims: Informer<PersistentVolumeClaim>;
  readonly revisions: Informer<ControllerRevision>;
}

export function statefulSetController(deps: ControllerDeps): Controller {
  const sources: StatefulSetSources = {
    sets: deps.informers.of(statefulSetKind),
    pods: deps.informers.of(podKind),
    claims: deps.informers.of(claimKind),
    revisions: deps.informers.of(controllerRevisionKind),
  };
  return keyedController(deps, {
    name: "statefulset-controller",
    queue: "statefulset",
    feed: (add) => [
      sources.sets.onChange(({ before, after }) => {
        const object = after ?? before;
        if (object !== undefined) add(keyOfObject(object));
      }),
      enqueueOwnersOf(sources.pods, {
        owners: sources.sets.cache,
        ownerKind: statefulSetKind,
        selectorOf: ({ spec }) => compileLabelSelector(spec.selector),
        add,
      }),
      sources.revisions.onChange(({ before, after }) => {
        const revision = after ?? before;
        const owner = revision === undefined ? undefined : findOwnerKey(revision, statefulSetKind);
        if (owner !== undefined) add(owner);
      }),
    ],
    reconcile: (context, key, signal) => reconcileStatefulSet(context, sources, key, signal),
  });
}

/** One pass over one StatefulSet. */
interface Pass extends ClaimSources {
  readonly pods: Informer<Pod>;
}

async function reconcileStatefulSet(
  context: ReconcileContext,
  sources: StatefulSetSources,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<Outcome> {
  const set = sources.sets.cache.find(key);
  // Deleted since it was queued: the garbage collector owns what it left behind.
  if (set === undefined) return settled;
  const owner: Owner = { apiVersion: "apps/v1", kind: "StatefulSet", metadata: set.metadata };
  const claims = sources.claims.cache;
  const pass: Pass = { context, claims, pods: sources.pods, set, owner, signal };
  const nowMs = context.clock.nowMs();
  const members = membersOf(set, await claimPods(pass), nowMs);

  const { template, selector } = set.spec;
  const collisionCount = set.status.collisionCount ?? 0;
  const hashLabel = "controller.kubernetes.io/hash";
  const revised = { owner, template, selector, collisionCount, hashLabel };
  const ensured = await ensureRevision(context, sources.revisions.cache, revised, signal);
  const current = currentRevision(set, ensured);

  const status = statusOfSet(members, {
    current: current.metadata.name,
    update: ensured.revision.metadata.name,
    collisionCount: ensured.collisionCount,
  });
  const failure = isBeingDeleted(set)
    ? undefined
    : await findFailure(() => advance(pass, members, { update: ensured.revision, current }));
  await writeStatus(pass, status);
  if (failure !== undefined) throw failure.error;

  const limit = set.spec.revisionHistoryLimit ?? 10;
  const usedNames = new Set([
    ...members.pods.map(revisionOf),
    current.metadata.name,
    ensured.revision.metadata.name,
    status.currentRevision ?? "",
  ]);
  await trimHistory(context, ensured.history, { limit, usedNames }, signal);
  const waitMs = nextAvailabilityMs(members.pods, set.spec.minReadySeconds ?? 0, nowMs);
  return waitMs === undefined ? settled : revisitAfter(waitMs);
}

async function claimPods({ context, pods, set, owner, signal }: Pass) {
  const selector = compileLabelSelector(set.spec.selector);
  const candidates = claimCandidates(pods.cache, owner).filter(
    (pod) => ordinalOf(set, pod) !== undefined,
  );
  const claims = planClaims(owner, candidates, (labels) => matchesLabels(selector, labels));
  return applyClaims(context.client.of(podKind), owner, claims, signal);
}

/** The revision before the update under way; the present one when there is none. */
function currentRevision(
  set: Live<StatefulSet>,
  { revision, history }: EnsuredRevision,
): Live<ControllerRevision> {
  const name = set.status.currentRevision;
  return history.find(({ metadata }) => metadata.name === name) ?? revision;
}

/** The status is written before the queue hears of a failure. */
async function findFailure(
  act: () => Promise<void>,
): Promise<{ readonly error: unknown } | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return { error };
  }
}

interface Revisions {
  readonly current: Live<ControllerRevision>;
  readonly update: Live<ControllerRevision>;
}

async function advance(pass: Pass, members: Members, revisions: Revisions): Promise<void> {
  for (const [ordinal, pod] of members.byOrdinal) await tend(pass, ordinal, pod);
  for (const pod of members.condemned) {
    await retainClaims(pass, ordinalOf(pass.set, pod) ?? 0, pod, "surplus");
  }
  const plan = planMembers(members, revisions.update.metadata.name);
  await applyPlan(pass, plan, revisions);
}

/** Mends what a pod that is there lacks: the claims it waits for, the labels of its number. */
async function tend(pass: Pass, ordinal: number, pod: Live<Pod>): Promise<void> {
  if (pod.status.phase === "Pending" && !isBeingDeleted(pod)) await ensureClaims(pass, ordinal);
  await retainClaims(pass, ordinal, pod, "wanted");
  const labels = identityLabels(pass.set, ordinal);
  const isMarked = Object.entries(labels).every(
    ([name, label]) => pod.metadata.labels?.[name] === label,
  );
  if (isMarked || isBeingDeleted(pod)) return;
  const body = { metadata: { uid: pod.metadata.uid, labels } };
  const patch = { type: "merge", body } as const;
  await pass.context.client.of(podKind).patch(keyOfObject(pod), patch, {}, pass.signal);
}

async function applyPlan(pass: Pass, plan: MemberPlan, revisions: Revisions): Promise<void> {
  await slowStart(plan.create, async (wish) => {
    const revision = revisions[wish.template];
    // The present template needs no reading back.
    const isPresent = revision.metadata.name === revisions.update.metadata.name;
    const template = isPresent ? pass.set.spec.template : templateOfRevision(revision);
    await createMember(pass, wish, { template, revision: revision.metadata.name });
  });
  await slowStart(plan.remove, (pod) => deleteMember(pass, pod));
}

async function createMember(
  pass: Pass,
  { ordinal }: MemberWish,
  made: { readonly template: PodTemplateSpec; readonly revision: string },
): Promise<void> {
  const { context, set, owner, signal } = pass;
  const name = podName(set, ordinal);
  const report = (type: "Normal" | "Warning", reason: string, message: string): void =>
    context.recorder.record(owner, { type, reason, message });
  try {
    await ensureClaims(pass, ordinal);
    const wanted = podOfSet(set, owner, { ordinal, ...made });
    await context.client.of(podKind).create(wanted, {}, signal);
  } catch (error) {
    // From a pass that the cache does not show yet.
    if (hasReason(error, "AlreadyExists") || signal.aborted) return;
    const why = error instanceof Error ? error.message : String(error);
    const message = `create Pod ${name} in StatefulSet ${set.metadata.name} failed error: ${why}`;
    report("Warning", "FailedCreate", message);
    throw error;
  }
  const message = `create Pod ${name} in StatefulSet ${set.metadata.name} successful`;
  report("Normal", "SuccessfulCreate", message);
}

async function deleteMember(pass: Pass, { metadata }: Live<Pod>): Promise<void> {
  const { context, set, owner, signal } = pass;
  const key = { namespace: metadata.namespace ?? "", name: metadata.name };
  const options = { preconditions: { uid: metadata.uid } };
  try {
    await context.client.of(podKind).delete(key, options, signal);
  } catch (error) {
    if (hasReason(error, "NotFound") || hasReason(error, "Conflict")) return;
    throw error;
  }
  const message = `delete Pod ${metadata.name} in StatefulSet ${set.metadata.name} successful`;
  context.recorder.record(owner, { type: "Normal", reason: "SuccessfulDelete", message });
}

async function writeStatus(pass: Pass, status: StatefulSetStatus): Promise<void> {
  const { context, set, signal } = pass;
  if (canonicalText(withoutZeros(status)) === canonicalText(withoutZeros(set.status))) return;
  await context.client.of(statefulSetKind).updateStatus({ ...set, status }, {}, signal);
}

/** Zero counts may be left out on the wire, so that zero and absent are the same here. */
function withoutZeros(status: StatefulSetStatus): object {
  return Object.fromEntries(Object.entries(status).filter(([, member]) => member !== 0));
}
