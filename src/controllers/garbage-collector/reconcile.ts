/**
 * Deletes what nobody owns any more, lets dependents go first or go free as a deletion asks.
 *
 * The graph is made of what the informers of all kinds show. Before anything is deleted for want of
 * an owner, the owner is looked up in the API itself: a cache that lags must not cost an object.
 */

import { findKind, hasReason, type Live, servedKinds } from "#api";
import type { ObjectMeta, OwnerReference } from "#api/meta/v1";
import { type Outcome, settled } from "#client";
import {
  type Controller,
  type ControllerDeps,
  keyedController,
  type ReconcileContext,
} from "../controller.ts";
import { type Member, memberOf, OwnershipGraph } from "./graph.ts";
import { type OwnerState, planCollection } from "./plan.ts";

const watchedKinds = servedKinds.filter(
  ({ resource, kind }) =>
    resource.verbs.includes("watch") && resource.verbs.includes("delete") && kind !== "Event",
);

export function garbageCollector(deps: ControllerDeps): Controller {
  const graph = new OwnershipGraph();
  const informers = watchedKinds.map((kind) => ({ kind, informer: deps.informers.of(kind) }));
  return keyedController(deps, {
    name: "garbage-collector-controller",
    queue: "garbage_collector_attempt_to_delete",
    workerCount: 20,
    feed: (add) =>
      informers.map(({ kind, informer }) =>
        informer.onChange(({ before, after }) => {
          // Every kind has metadata, whatever else its declaration says.
          const gone = before as Live<{ readonly metadata?: ObjectMeta }> | undefined;
          const present = after as Live<{ readonly metadata?: ObjectMeta }> | undefined;
          const uids =
            present === undefined
              ? forget(graph, gone?.metadata.uid ?? "")
              : remember(graph, memberOf(kind, present));
          for (const uid of uids) add({ namespace: "", name: uid });
        }),
      ),
    reconcile: (context, { name: uid }, signal) => collect(context, graph, uid, signal),
  });
}

/** Keys are uids: an object that comes back under its old name is another one. */
function remember(graph: OwnershipGraph, member: Member): readonly string[] {
  const before = graph.find(member.uid);
  graph.put(member);
  const isOwned = member.owners.length > 0 || member.isBeingDeleted;
  const startsToWait = member.isBeingDeleted && before?.isBeingDeleted !== true;
  const dependents = startsToWait ? graph.dependentsOf(member.uid).map(({ uid }) => uid) : [];
  return [...(isOwned ? [member.uid] : []), ...dependents];
}

function forget(graph: OwnershipGraph, uid: string): readonly string[] {
  const member = graph.find(uid);
  const dependents = graph.dependentsOf(uid).map((dependent) => dependent.uid);
  const owners = member?.owners.map((owner) => owner.uid) ?? [];
  graph.remove(uid);
  // Owners that waited for this one may go now.
  return [...dependents, ...owners];
}

async function collect(
  context: ReconcileContext,
  graph: OwnershipGraph,
  uid: string,
  signal: AbortSignal,
): Promise<Outcome> {
  const member = graph.find(uid);
  if (member === undefined) return settled;
  const states = new Map<string, OwnerState>();
  for (const owner of member.owners) {
    states.set(owner.uid, await stateOfOwner(context, graph, { member, owner }, signal));
  }
  const dependents = graph.dependentsOf(uid);
  const plan = planCollection(member, dependents, (owner) => states.get(owner.uid) ?? "absent");
  switch (plan.kind) {
    case "keep":
      break;
    case "delete":
      await deleteMember(context, member, plan.policy, signal);
      break;
    case "dropOwners":
      await keepOwners(context, member, (owner) => !plan.uids.includes(owner), signal);
      break;
    case "awaitDependents":
      for (const dependent of plan.dependents) {
        if (!dependent.isBeingDeleted) await deleteMember(context, dependent, "Foreground", signal);
      }
      break;
    case "orphan":
      for (const dependent of plan.dependents) {
        await keepOwners(context, dependent, (owner) => owner !== uid, signal);
      }
      await removeFinalizer(context, member, "orphan", signal);
      break;
    case "removeFinalizer":
      await removeFinalizer(context, member, plan.finalizer, signal);
      break;
  }
  return settled;
}

/** The graph knows most owners; one that it does not know is asked for. */
async function stateOfOwner(
  { client }: ReconcileContext,
  graph: OwnershipGraph,
  { member, owner }: { readonly member: Member; readonly owner: OwnerReference },
  signal: AbortSignal,
): Promise<OwnerState> {
  const known = graph.find(owner.uid);
  if (known !== undefined) {
    const isWaiting = known.isBeingDeleted && known.finalizers.includes("foregroundDeletion");
    return isWaiting ? "waiting" : "alive";
  }
  const kind = findKind(owner.apiVersion, owner.kind);
  // An owner of a kind that is not served cannot be looked up; what it owns stays.
  if (kind?.resource === undefined) return "alive";
  const namespace = kind.resource.namespaced ? member.namespace : "";
  const found = await client.of(kind).find({ namespace, name: owner.name }, signal);
  return found?.metadata.uid === owner.uid ? "alive" : "absent";
}

async function deleteMember(
  { client }: ReconcileContext,
  { kind, namespace, name, uid }: Member,
  propagationPolicy: "Background" | "Foreground",
  signal: AbortSignal,
): Promise<void> {
  await unlessGone(() =>
    client
      .of(kind)
      .delete({ namespace, name }, { propagationPolicy, preconditions: { uid } }, signal),
  );
}

/** Rewrites owner references from the object's present state, so that no other change is lost. */
async function keepOwners(
  { client }: ReconcileContext,
  { kind, namespace, name, uid }: Member,
  isKept: (ownerUid: string) => boolean,
  signal: AbortSignal,
): Promise<void> {
  const key = { namespace, name };
  const present = await client.of(kind).find(key, signal);
  if (present?.metadata.uid !== uid) return;
  const { ownerReferences = [], resourceVersion } = present.metadata;
  const kept = ownerReferences.filter((owner) => isKept(owner.uid)).map((owner) => ({ ...owner }));
  const body = { metadata: { uid, resourceVersion, ownerReferences: kept } };
  await unlessGone(() => client.of(kind).patch(key, { type: "merge", body }, {}, signal));
}

async function removeFinalizer(
  { client }: ReconcileContext,
  { kind, namespace, name, uid }: Member,
  finalizer: string,
  signal: AbortSignal,
): Promise<void> {
  const key = { namespace, name };
  const present = await client.of(kind).find(key, signal);
  if (present?.metadata.uid !== uid) return;
  const { finalizers = [], resourceVersion } = present.metadata;
  if (!finalizers.includes(finalizer)) return;
  const kept = finalizers.filter((other) => other !== finalizer);
  const body = { metadata: { uid, resourceVersion, finalizers: kept } };
  await unlessGone(() => client.of(kind).patch(key, { type: "merge", body }, {}, signal));
}

async function unlessGone(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    // Gone, or replaced by a namesake: nothing is left to collect.
    if (!hasReason(error, "NotFound")) throw error;
  }
}
