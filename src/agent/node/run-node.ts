/**
 * A node among the others: registered, with a status that follows the machine, and a lease that
 * shows it is alive. The lease is cheap and renewed often; the status is written when it changes and
 * now and then. Source of the rhythm: upstream's kubelet.
 */

import { type Clock, type Logger, sleep } from "#base";
import { formatMicroTime, hasReason, type Live } from "#api";
import { type Lease, lease } from "#api/coordination/v1";
import { type Node, node, type NodeStatus } from "#api/core/v1";
import type { Client, ObjectCache } from "#client";
import { type NodeFacts, nodeLabels, nodeObject, nodeStatus } from "./node-object.ts";

interface NodeSource {
  synced(signal: AbortSignal): Promise<void>;
  readonly cache: Pick<ObjectCache<Node>, "find">;
}

export interface NodeDeps {
  readonly client: Client;
  /** All nodes, as they were a moment ago: looked at often, which costs the server nothing. */
  readonly nodes: NodeSource;
  readonly clock: Clock;
  readonly log: Logger;
  /** Or the node is there because somebody else made it, and ends when it is gone. */
  readonly registersItself: boolean;
  /** Looks at the machine and the runtime anew. */
  readonly look: (signal: AbortSignal) => Promise<NodeFacts>;
  /** Called with the node's share of the pod range, whenever it becomes known or changes. */
  readonly applyPodCidr: (podCidr: string, signal: AbortSignal) => Promise<void>;
}

const leaseNamespace = "kube-node-lease";
const leaseSeconds = 40;
const leaseEveryMs = 10_000;
const lookEveryMs = 10_000;
/** While the node is not ready it looks often, so that readiness is not late; then more rarely. */
const lookUnreadyFirstMs = 100;
const lookUnreadyMaxMs = 2_000;
const reportEveryMs = 5 * 60_000;
const retryMs = 1_000;

/** Registers the node and keeps it reported until aborted. */
export async function runNode(deps: NodeDeps, name: string, signal: AbortSignal): Promise<void> {
  await Promise.all([keepReporting(deps, name, signal), keepLease(deps, name, signal)]);
}

async function keepReporting(deps: NodeDeps, name: string, signal: AbortSignal): Promise<void> {
  let reported: { readonly text: string; readonly atMs: number } | undefined;
  let podCidr = "";
  let unreadyMs = lookUnreadyFirstMs;
  await deps.nodes.synced(signal).catch(() => {});
  while (!signal.aborted) {
    let waitMs = retryMs;
    try {
      const facts = await deps.look(signal);
      const present = await ensureRegistered(deps, facts, signal);
      if (present === undefined) throw new Error(`node ${name} is gone`);
      if (present.spec.podCIDR !== undefined && present.spec.podCIDR !== podCidr) {
        await deps.applyPodCidr(present.spec.podCIDR, signal);
        podCidr = present.spec.podCIDR;
        continue;
      }
      const status = nodeStatus(facts, present.status, deps.clock.nowMs());
      const text = JSON.stringify(withoutHeartbeats(status));
      const isDue =
        reported === undefined || deps.clock.elapsedMs() - reported.atMs > reportEveryMs;
      if (isDue || reported?.text !== text) {
        await report(deps, name, status, signal);
        reported = { text, atMs: deps.clock.elapsedMs() };
      }
      waitMs = isReady(status) ? lookEveryMs : unreadyMs;
      unreadyMs = isReady(status)
        ? lookUnreadyFirstMs
        : Math.min(unreadyMs * 1.5, lookUnreadyMaxMs);
    } catch (error) {
      // The catch site of the reporting loop: the node is reported again as soon as it can be.
      if (signal.aborted) return;
      deps.log.error("reporting node", error);
    }
    await sleep(deps.clock, waitMs, signal).catch(() => {});
  }
}

/**
 * The node's object, made when it is not there, with the labels that are ours to set. Undefined when it is not
 * there and is not to be made.
 */
async function ensureRegistered(
  { client, nodes, clock, registersItself }: NodeDeps,
  facts: NodeFacts,
  signal: AbortSignal,
): Promise<Live<Node> | undefined> {
  const resource = client.of(node);
  const key = { namespace: "", name: facts.name };
  const present = nodes.cache.find(key);
  if (present === undefined) {
    if (!registersItself) return undefined;
    try {
      return await resource.create(nodeObject(facts, clock.nowMs()), {}, signal);
    } catch (error) {
      // Registered a moment ago, which the cache does not show yet.
      if (!hasReason(error, "AlreadyExists")) throw error;
      return resource.get(key, signal);
    }
  }
  const labels = nodeLabels(facts);
  const isLabelled = Object.entries(labels).every(
    ([label, text]) => present.metadata.labels?.[label] === text,
  );
  if (isLabelled) return present;
  return resource.patch(key, { type: "merge", body: { metadata: { labels } } }, {}, signal);
}

async function report(
  { client }: NodeDeps,
  name: string,
  status: NodeStatus,
  signal: AbortSignal,
): Promise<void> {
  const key = { namespace: "", name };
  const body = JSON.parse(JSON.stringify({ status }));
  await client.of(node).patchStatus(key, { type: "strategic", body }, {}, signal);
}

function withoutHeartbeats(status: NodeStatus): NodeStatus {
  const conditions = status.conditions?.map(({ lastHeartbeatTime: _heartbeat, ...rest }) => rest);
  return { ...status, conditions };
}

function isReady({ conditions = [] }: NodeStatus): boolean {
  return conditions.some(({ type, status }) => type === "Ready" && status === "True");
}

async function keepLease(deps: NodeDeps, name: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    let waitMs = leaseEveryMs;
    try {
      if (!(await renewLease(deps, name, signal))) waitMs = retryMs;
    } catch (error) {
      // The catch site of the lease loop: what counts is the next renewal.
      if (signal.aborted) return;
      deps.log.warn("renewing lease", { why: String(error) });
      waitMs = retryMs;
    }
    await sleep(deps.clock, waitMs, signal).catch(() => {});
  }
}

/**
 * False while the node is not registered, because the lease goes with the node. Renewing is one
 * request: a thousand nodes in one process do it a hundred times a second.
 */
async function renewLease(
  { client, clock }: NodeDeps,
  name: string,
  signal: AbortSignal,
): Promise<boolean> {
  const resource = client.of(lease);
  const key = { namespace: leaseNamespace, name };
  const renewTime = formatMicroTime(clock.nowMs());
  try {
    await resource.patch(key, { type: "merge", body: { spec: { renewTime } } }, {}, signal);
    return true;
  } catch (error) {
    // The first time, or after somebody removed it.
    if (!hasReason(error, "NotFound")) throw error;
  }
  const owner = await client.of(node).find({ namespace: "", name }, signal);
  if (owner === undefined) return false;
  const { uid } = owner.metadata;
  const wanted: Lease = {
    metadata: { ...key, ownerReferences: [{ apiVersion: "v1", kind: "Node", name, uid }] },
    spec: { holderIdentity: name, leaseDurationSeconds: leaseSeconds, renewTime },
  };
  await resource.create(wanted, {}, signal);
  return true;
}
