/**
 * Empties namespaces that are being deleted, then lets them go: pods first, then everything else,
 * and at last the finalizer. What cannot be removed yet is told in the namespace's conditions.
 * Source of the order and the conditions: upstream's namespace controller.
 */

import { formatTime, hasReason, type Live, servedKinds } from "#api";
import {
  type Namespace,
  type NamespaceCondition,
  type NamespaceStatus,
  namespace,
  pod,
} from "#api/core/v1";
import { keyOfObject, type Outcome, revisitAfter, settled } from "#client";
import {
  type Controller,
  type ControllerDeps,
  keyedController,
  type ReconcileContext,
} from "../controller.ts";

const finalizer = "kubernetes";
/** How soon to look again while content is on its way out. */
const lookAgainMs = 500;

/** Kinds whose objects live in namespaces and can be listed and deleted; pods come first. */
const contentKinds = servedKinds.filter(
  ({ resource, kind }) =>
    resource.namespaced &&
    kind !== "Pod" &&
    resource.verbs.includes("list") &&
    resource.verbs.includes("delete"),
);

export function namespaceController(deps: ControllerDeps): Controller {
  const namespaces = deps.informers.of(namespace);
  return keyedController(deps, {
    name: "namespace-controller",
    queue: "namespace",
    feed: (add) => [
      namespaces.onChange(({ after }) => {
        if (after?.metadata.deletionTimestamp !== undefined) add(keyOfObject(after));
      }),
    ],
    async reconcile(context, key, signal) {
      const found = namespaces.cache.find(key);
      if (found?.metadata.deletionTimestamp === undefined) return settled;
      return emptyNamespace(context, found, signal);
    },
  });
}

type AnyServedKind = (typeof servedKinds)[number];

async function emptyNamespace(
  context: ReconcileContext,
  found: Live<Namespace>,
  signal: AbortSignal,
): Promise<Outcome> {
  const { name } = found.metadata;
  const podsLeft = await deleteAll(context, pod, name, signal);
  const left = new Map<string, number>();
  if (podsLeft > 0) left.set("pods", podsLeft);
  else {
    for (const kind of contentKinds) {
      const count = await deleteAll(context, kind, name, signal);
      if (count > 0) left.set(resourceText(kind), count);
    }
  }
  const resource = context.client.of(namespace);
  const status = statusOf(found, left, context.clock.nowMs());
  if (left.size > 0) {
    const body = JSON.parse(JSON.stringify({ status }));
    await resource.patchStatus(keyOfObject(found), { type: "strategic", body }, {}, signal);
    return revisitAfter(lookAgainMs);
  }
  await finalize(context, found, signal);
  return settled;
}

/** Asks for the deletion of all objects of a kind and tells how many are left. */
async function deleteAll(
  { client }: ReconcileContext,
  kind: AnyServedKind | typeof pod,
  name: string,
  signal: AbortSignal,
): Promise<number> {
  const resource = client.of(kind);
  const { items } = await resource.list({ namespace: name }, signal);
  let left = 0;
  for (const { metadata } of items) {
    left++;
    if (metadata.deletionTimestamp !== undefined) continue;
    try {
      const key = { namespace: name, name: metadata.name };
      await resource.delete(key, { propagationPolicy: "Background" }, signal);
    } catch (error) {
      // Gone already is what was wanted; a kind that may not be deleted goes with the namespace.
      if (!hasReason(error, "NotFound") && !hasReason(error, "MethodNotAllowed")) throw error;
    }
  }
  if (left === 0) return 0;
  return (await resource.list({ namespace: name }, signal)).items.length;
}

async function finalize(
  { client }: ReconcileContext,
  { metadata, spec }: Live<Namespace>,
  signal: AbortSignal,
): Promise<void> {
  const finalizers = (spec.finalizers ?? []).filter((other) => other !== finalizer);
  const body = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: metadata.name, uid: metadata.uid },
    spec: { finalizers },
  };
  try {
    await client
      .of(namespace)
      .replaceSubresource(keyOfObject({ metadata }), "finalize", body, signal);
  } catch (error) {
    // Let go of by another pass.
    if (!hasReason(error, "NotFound") && !hasReason(error, "Conflict")) throw error;
  }
}

function resourceText({ resource, package: { group } }: AnyServedKind): string {
  return `${resource.name}.${group}`;
}

function statusOf(
  { status }: Live<Namespace>,
  left: ReadonlyMap<string, number>,
  nowMs: number,
): NamespaceStatus {
  const list = [...left].map(([name, count]) => `${name} has ${count} resource instances`);
  const wanted: readonly NamespaceCondition[] = [
    fine(
      "NamespaceDeletionDiscoveryFailure",
      "ResourcesDiscovered",
      "All resources successfully discovered",
    ),
    fine(
      "NamespaceDeletionGroupVersionParsingFailure",
      "ParsedGroupVersions",
      "All legacy kube types successfully parsed",
    ),
    fine(
      "NamespaceDeletionContentFailure",
      "ContentDeleted",
      "All content successfully deleted, may be waiting on finalization",
    ),
    {
      type: "NamespaceContentRemaining",
      status: list.length > 0 ? "True" : "False",
      reason: list.length > 0 ? "SomeResourcesRemain" : "ContentRemoved",
      message:
        list.length > 0
          ? `Some resources are remaining: ${list.join(", ")}`
          : "All content successfully removed",
    },
    fine(
      "NamespaceFinalizersRemaining",
      "ContentHasNoFinalizers",
      "All content-preserving finalizers finished",
    ),
  ];
  const conditions = wanted.map((condition) => {
    const before = status.conditions?.find(({ type }) => type === condition.type);
    const isSame = before?.status === condition.status;
    return {
      ...condition,
      lastTransitionTime: isSame ? before.lastTransitionTime : formatTime(nowMs),
    };
  });
  return { phase: "Terminating", conditions };
}

function fine(type: string, reason: string, message: string): NamespaceCondition {
  return { type, status: "False", reason, message };
}
