/** What NodeGroup objects tell of their nodes; written when it has changed. */

import { formatTime, type JsonObject, type Live } from "#api";
import { type NodeGroup, nodeGroup, type NodeGroupStatus } from "#api/node-groups/v1";
import { type Client, keyOfObject } from "#client";
import { type ClusterFacts, nodesByGroup } from "./facts.ts";
import { isReady, problemOf } from "./group.ts";

export interface GroupReport {
  readonly objects: readonly Live<NodeGroup>[];
  readonly facts: ClusterFacts;
  /** By group: how many nodes could go. */
  readonly candidates: ReadonlyMap<string, number>;
}

type Supply = "present" | { readonly missing: string };

export class GroupStatuses {
  readonly #client: Client;
  readonly #supply: Supply;
  /** By uid: what was written last. */
  readonly #written = new Map<string, string>();

  constructor({ client }: { readonly client: Client }, supply: Supply) {
    this.#client = client;
    this.#supply = supply;
  }

  async report({ objects, facts, candidates }: GroupReport, signal: AbortSignal): Promise<void> {
    const nodes = nodesByGroup(facts.nodes);
    for (const object of objects) {
      const { name, uid } = object.metadata;
      const own = nodes.get(name) ?? [];
      const status: NodeGroupStatus = {
        nodes: own.length,
        readyNodes: own.filter(isReady).length,
        unneededNodes: candidates.get(name) ?? 0,
        conditions: [this.#activity(object, facts.nowMs)],
      };
      const text = JSON.stringify(status);
      if (this.#written.get(uid) === text) continue;
      const body: JsonObject = { status: JSON.parse(text) };
      await this.#client
        .of(nodeGroup)
        .patchStatus(keyOfObject(object), { type: "merge", body }, {}, signal);
      this.#written.set(uid, text);
    }
  }

  #activity(object: Live<NodeGroup>, nowMs: number) {
    const [status, reason, message] = this.#judge(object);
    const before = object.status?.conditions?.find(({ type }) => type === "Active");
    const isSame = before?.status === status;
    const lastTransitionTime = isSame ? before.lastTransitionTime : formatTime(nowMs);
    return { type: "Active", status, reason, message, lastTransitionTime };
  }

  #judge(object: NodeGroup): readonly [status: string, reason: string, message: string] {
    if (this.#supply !== "present") return ["False", "NoSupply", this.#supply.missing];
    const problem = problemOf(object);
    if (problem !== undefined) return ["False", "Invalid", problem];
    return ["True", "Watched", "nodes are added and removed as pods need them"];
  }
}
