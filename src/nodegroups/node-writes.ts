/** What the cluster autoscaler does to nodes and pods: each a request to the API. */

import { hasReason, type Live, StatusError } from "#api";
import { type Node, node as nodeKind, type Pod, pod as podKind, type Taint } from "#api/core/v1";
import type { Clock, Random } from "#base";
import { type Client, keyOfObject } from "#client";
import {
  candidateTaint,
  deletionTaint,
  type Group,
  nodeOf,
  notReadyTaint,
  toBeDeletedTaint,
} from "./group.ts";

export interface NodeWriteDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
}

const suffixLetters = "bcdfghjklmnpqrstvwxz2456789";
const suffixLength = 5;
/** Upstream's limit of the time that a pod gets to end. */
const graceSecondsMax = 600;
const graceSecondsDefault = 30;

export class NodeWrites {
  readonly #deps: NodeWriteDeps;

  constructor(deps: NodeWriteDeps) {
    this.#deps = deps;
  }

  /**
   * A node that is not there yet: whoever runs nodes of groups finds it and brings it up. It goes when its
   * group goes.
   */
  async add(group: Group, signal: AbortSignal): Promise<Live<Node>> {
    const { client } = this.#deps;
    const name = `${group.name}-${this.#suffix()}`;
    const { metadata, spec, status } = nodeOf(group, name);
    const owner = { apiVersion: "autoscaling.wherry.dev/v1", kind: "NodeGroup" };
    const wanted: Node = {
      metadata: {
        name,
        labels: metadata.labels,
        annotations: metadata.annotations,
        ownerReferences: [{ ...owner, name: group.name, uid: group.uid, controller: true }],
      },
      spec: { ...spec, taints: [...(spec.taints ?? []), notReady] },
      status,
    };
    return client.of(nodeKind).create(wanted, {}, signal);
  }

  async remove(node: Live<Node>, signal: AbortSignal): Promise<void> {
    const preconditions = { uid: node.metadata.uid };
    const deleting = this.#deps.client
      .of(nodeKind)
      .delete(keyOfObject(node), { preconditions }, signal);
    await unlessGone(deleting);
  }

  /** Nobody comes to the node any more. */
  markToBeDeleted(node: Live<Node>, signal: AbortSignal): Promise<void> {
    const mark = deletionTaint(toBeDeletedTaint, this.#deps.clock.nowMs());
    return this.#patch(
      node,
      { taints: [...othersOf(node, toBeDeletedTaint), mark], unschedulable: true },
      signal,
    );
  }

  unmark(node: Live<Node>, signal: AbortSignal): Promise<void> {
    const change = { taints: othersOf(node, toBeDeletedTaint), unschedulable: false };
    return this.#patch(node, change, signal);
  }

  /** The scheduler takes other nodes first while the node is a candidate for removal. */
  markCandidate(node: Live<Node>, how: "candidate" | "needed", signal: AbortSignal): Promise<void> {
    const others = othersOf(node, candidateTaint);
    const mark = deletionTaint(candidateTaint, this.#deps.clock.nowMs());
    return this.#patch(node, { taints: how === "candidate" ? [...others, mark] : others }, signal);
  }

  /** By the eviction subresource, so that disruption budgets are heeded. Gives what the server refused with. */
  async evict(pod: Live<Pod>, signal: AbortSignal): Promise<string | undefined> {
    const { namespace = "", name, uid } = pod.metadata;
    const { terminationGracePeriodSeconds = graceSecondsDefault } = pod.spec;
    const gracePeriodSeconds = Math.min(terminationGracePeriodSeconds, graceSecondsMax);
    const body = {
      apiVersion: "policy/v1",
      kind: "Eviction",
      metadata: { namespace, name },
      deleteOptions: { gracePeriodSeconds, preconditions: { uid } },
    };
    try {
      await this.#deps.client
        .of(podKind)
        .createSubresource({ namespace, name }, "eviction", body, signal);
    } catch (error) {
      // It is tried again until the time is over; who is gone is gone.
      if (hasReason(error, "NotFound")) return undefined;
      if (error instanceof StatusError) return error.message;
      throw error;
    }
    return undefined;
  }

  /** Only of the node as it was seen: others change its taints, too. */
  async #patch(
    { metadata }: Live<Node>,
    spec: { readonly taints: readonly Taint[]; readonly unschedulable?: boolean },
    signal: AbortSignal,
  ): Promise<void> {
    const { name, resourceVersion } = metadata;
    const body = JSON.parse(JSON.stringify({ metadata: { resourceVersion }, spec }));
    const key = { namespace: "", name };
    await unlessGone(
      this.#deps.client.of(nodeKind).patch(key, { type: "merge", body }, {}, signal),
    );
  }

  #suffix(): string {
    const bytes = this.#deps.random.bytes(suffixLength);
    return [...bytes].map((byte) => suffixLetters[byte % suffixLetters.length] ?? "").join("");
  }
}

/** Until an agent says otherwise. */
const notReady: Taint = { key: notReadyTaint, effect: "NoSchedule" };

function othersOf({ spec }: Live<Node>, key: string): readonly Taint[] {
  return (spec.taints ?? []).filter((taint) => taint.key !== key);
}

async function unlessGone(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    // Somebody removed it, which is as good.
    if (!hasReason(error, "NotFound")) throw error;
  }
}
