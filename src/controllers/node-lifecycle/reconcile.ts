/**
 * Watches over nodes: one whose lease is no longer renewed is called Unknown, taints follow the
 * conditions, and pods on a node that is not ready are no longer called ready.
 */

import { formatTime, hasReason, type Live } from "#api";
import { type Lease, lease } from "#api/coordination/v1";
import { type Node, node, type Pod, pod } from "#api/core/v1";
import { type Informer, keyOfObject, type Outcome, revisitAfter, settled } from "#client";
import {
  type Controller,
  type ControllerDeps,
  keyedController,
  type ReconcileContext,
} from "../controller.ts";
import { findCondition } from "../pod-facts.ts";
import { nodeIndex } from "../pod-feed.ts";
import { isReady, movesPodsAway, planSilence, planTaints, zoneOf, zonesOf } from "./plan.ts";

/** Three renewals missed: a node that is silent this long is given up. */
const graceMs = 30_000;
const leaseNamespace = "kube-node-lease";

interface NodeSources {
  readonly nodes: Informer<Node>;
  readonly pods: Informer<Pod>;
  /** When each node's lease was last seen to change, by our own clock. */
  readonly seenAtMs: Map<string, number>;
}

export function nodeLifecycleController(deps: ControllerDeps): Controller {
  const leases = deps.informers.of(lease);
  const sources: NodeSources = {
    nodes: deps.informers.of(node),
    pods: deps.informers.of(pod),
    seenAtMs: new Map(),
  };
  deps.metrics.zones.show(() => zonesOf(sources.nodes.cache.list()));
  return keyedController(deps, {
    name: "node-controller",
    queue: "node_lifecycle_controller",
    feed: (add) => [
      sources.nodes.onChange(({ before, after }) => {
        if (after === undefined) sources.seenAtMs.delete(before?.metadata.name ?? "");
        else add(keyOfObject(after));
      }),
      leases.onChange(({ before, after }) => noteRenewal(deps, sources, before, after)),
    ],
    reconcile: (context, { name }, signal) => reconcileNode(context, sources, name, signal),
  });
}

function noteRenewal(
  { clock }: ControllerDeps,
  { seenAtMs }: NodeSources,
  before: Live<Lease> | undefined,
  after: Live<Lease> | undefined,
): void {
  if (after?.metadata.namespace !== leaseNamespace) return;
  if (before?.spec.renewTime !== after.spec.renewTime) {
    seenAtMs.set(after.metadata.name, clock.elapsedMs());
  }
}

async function reconcileNode(
  context: ReconcileContext,
  sources: NodeSources,
  name: string,
  signal: AbortSignal,
): Promise<Outcome> {
  const found = sources.nodes.cache.find({ namespace: "", name });
  if (found === undefined) return settled;
  const { clock } = context;
  // A node that was never seen gets its grace from now on.
  const seenAtMs = sources.seenAtMs.get(name) ?? clock.elapsedMs();
  sources.seenAtMs.set(name, seenAtMs);
  const silentMs = clock.elapsedMs() - seenAtMs;
  let present = found;
  if (silentMs >= graceMs) present = await declareSilent(context, found, signal);

  const taints = planTaints(present, clock.nowMs());
  if (taints !== undefined) {
    const { resourceVersion } = present.metadata;
    const body = JSON.parse(JSON.stringify({ metadata: { resourceVersion }, spec: { taints } }));
    await context.client
      .of(node)
      .patch({ namespace: "", name }, { type: "merge", body }, {}, signal);
    if (!movesPodsAway(present.spec.taints) && movesPodsAway(taints)) {
      context.metrics.zones.evictions.with(zoneOf(present)).add();
    }
  }
  if (!isReady(present)) await markPods(context, sources, present, signal);
  return revisitAfter(silentMs >= graceMs ? graceMs : graceMs - silentMs + 1);
}

async function declareSilent(
  context: ReconcileContext,
  found: Live<Node>,
  signal: AbortSignal,
): Promise<Live<Node>> {
  const conditions = planSilence(found, context.clock.nowMs());
  if (conditions === undefined) return found;
  const subject = { apiVersion: "v1", kind: "Node", metadata: found.metadata };
  context.recorder.record(subject, {
    type: "Normal",
    reason: "NodeNotReady",
    message: `Node ${found.metadata.name} status is now: NodeNotReady`,
  });
  const body = JSON.parse(JSON.stringify({ status: { conditions } }));
  const key = keyOfObject(found);
  return context.client.of(node).patchStatus(key, { type: "strategic", body }, {}, signal);
}

/** Nobody vouches for pods on such a node: their endpoints must not get traffic. */
async function markPods(
  context: ReconcileContext,
  { pods }: NodeSources,
  { metadata }: Live<Node>,
  signal: AbortSignal,
): Promise<void> {
  for (const found of pods.cache.byIndex(nodeIndex, metadata.name)) {
    if (findCondition(found, "Ready")?.status !== "True") continue;
    const lastTransitionTime = formatTime(context.clock.nowMs());
    const condition = { type: "Ready", status: "False", lastTransitionTime };
    const body = { status: { conditions: [condition] } };
    try {
      const key = keyOfObject(found);
      await context.client.of(pod).patchStatus(key, { type: "strategic", body }, {}, signal);
    } catch (error) {
      // Gone meanwhile, and with it the endpoint.
      if (!hasReason(error, "NotFound")) throw error;
      continue;
    }
    const subject = { apiVersion: "v1", kind: "Pod", metadata: found.metadata };
    const message = "Node is not ready";
    context.recorder.record(subject, { type: "Warning", reason: "NodeNotReady", message });
  }
}
