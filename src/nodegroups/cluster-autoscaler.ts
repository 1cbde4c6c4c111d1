/**
 * Adds nodes to groups when pods have none, and removes those that nobody needs: the cluster autoscaler.
 *
 * It looks every ten seconds, and at once when the scheduler has found no node for a pod. Each look is a plan made
 * from the caches (`plan-scale-up.ts`, `plan-scale-down.ts`, `removal.ts`) and what follows from it. What is
 * remembered between looks is in memory; of a node that a server before this one meant to remove only the mark is
 * found, and taken off.
 */

import { hasReason, type Live } from "#api";
import { daemonSet } from "#api/apps/v1";
import { configMap, namespace, type Node, node, type Pod, pod } from "#api/core/v1";
import { type NodeGroup, nodeGroup } from "#api/node-groups/v1";
import { podDisruptionBudget } from "#api/policy/v1";
import { type Clock, describeError, type Logger, type Random, sleep } from "#base";
import { type Client, type InformerSet, QueueingEventRecorder } from "#client";
import { Backoffs } from "./backoffs.ts";
import { type ClusterFacts, nodesByGroup, unschedulablePods } from "./facts.ts";
import { candidateTaint, groupNameOf, groupOf, isGoing, isReady, problemOf } from "./group.ts";
import { GroupStatuses } from "./group-statuses.ts";
import type { NodeDecisionLog } from "./node-decision.ts";
import { NodeWrites } from "./node-writes.ts";
import { type Growth, planScaleUp, type ScaleUpPlan } from "./plan-scale-up.ts";
import {
  describeUnneeded,
  planScaleDown,
  type ScaleDownMemory,
  type ScaleDownPlan,
  type UnneededNode,
} from "./plan-scale-down.ts";
import { nextStep, type Removal } from "./removal.ts";
import {
  goTime,
  statusMapKey,
  statusText,
  type Transitions,
  updatedAnnotation,
} from "./status-map.ts";
import { Teller } from "./teller.ts";

export interface ClusterAutoscalerDeps {
  readonly client: Client;
  readonly informers: InformerSet;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly decisions: Pick<NodeDecisionLog, "add">;
}

export interface ClusterAutoscalerOptions {
  /** From one look to the next. */
  readonly scanMs: number;
  /** From one look to the next while a node is being removed. */
  readonly removalScanMs: number;
  /** How often the status is written where nothing has changed. */
  readonly statusMs: number;
  /** Whether anybody brings up the nodes that are made; why not, otherwise. */
  readonly supply: "present" | { readonly missing: string };
}

/** Upstream's `--scan-interval`. */
export const clusterAutoscalerDefaults: ClusterAutoscalerOptions = {
  scanMs: 10_000,
  removalScanMs: 1_000,
  statusMs: 10_000,
  supply: "present",
};

/** Pods that wait are seldom alone: so long a look waits for more of them. */
const gatherMs = 300;
/** A node that was made is in the caches after this long at the latest, or is not there. */
const unseenMs = 60_000;

export class ClusterAutoscaler {
  readonly name = "cluster-autoscaler";
  readonly #deps: ClusterAutoscalerDeps;
  readonly #options: ClusterAutoscalerOptions;
  readonly #writes: NodeWrites;
  readonly #statuses: GroupStatuses;
  readonly #backoffs = new Backoffs();
  readonly #removals = new Map<string, Removal>();
  /** Nodes that were made and that the caches do not show yet. */
  readonly #unseen = new Map<string, { readonly node: Live<Node>; readonly atMs: number }>();
  /** Nodes that were made and have never been ready: since when. */
  readonly #starting = new Map<string, number>();
  readonly #transitions: Transitions = new Map();
  #unneededSince: ReadonlyMap<string, number> = new Map();
  #grownAtMs: number | undefined;
  #failedAtMs: number | undefined;
  #written: { readonly gist: string; readonly atMs: number } | undefined;
  /** Whether only time has gone on since the last look, and nothing waited for it then. */
  #isQuiet = false;
  #wake: () => void = () => {};

  constructor(deps: ClusterAutoscalerDeps, options: ClusterAutoscalerOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#writes = new NodeWrites(deps);
    this.#statuses = new GroupStatuses(deps, options.supply);
  }

  async run(signal: AbortSignal): Promise<void> {
    const { informers, log, decisions } = this.#deps;
    const own = log.child({ component: this.name });
    const recorder = new QueueingEventRecorder(
      { ...this.#deps, log: own },
      { component: this.name },
    );
    const teller = new Teller(recorder, decisions);
    // Asked for before the first look, so that all of them are there by then.
    informers.of(namespace);
    const stir = () => void (this.#isQuiet = false);
    using _budgets = informers.of(podDisruptionBudget).onChange(stir);
    using _daemonSets = informers.of(daemonSet).onChange(stir);
    using _nodes = informers.of(node).onChange(stir);
    using _pods = informers.of(pod).onChange(({ after }) => {
      stir();
      if (after !== undefined && unschedulablePods([after]).length > 0) this.#wake();
    });
    using _groups = informers.of(nodeGroup).onChange(({ before, after }) => {
      stir();
      if (before?.metadata.generation !== after?.metadata.generation) this.#wake();
    });
    await Promise.all([recorder.run(signal), this.#look(teller, own, signal)]);
  }

  async #look(teller: Teller, log: Logger, signal: AbortSignal): Promise<void> {
    await this.#deps.informers.synced(signal).catch(() => {});
    while (!signal.aborted) {
      try {
        await this.#pass(teller, signal);
      } catch (error) {
        // The catch site of the loop: whatever was refused is looked at anew the next time.
        if (signal.aborted) return;
        this.#isQuiet = false;
        log.warn("looking after node groups", { why: describeError(error) });
      }
      const { scanMs, removalScanMs } = this.#options;
      await this.#pause(this.#removals.size > 0 ? removalScanMs : scanMs, signal);
    }
  }

  /** Until the time is over, or a while after something has happened. */
  async #pause(periodMs: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    const awake = new AbortController();
    const ended = AbortSignal.any([signal, awake.signal]);
    this.#wake = () => awake.abort();
    await sleep(clock, periodMs, ended).catch(() => {});
    this.#wake = () => {};
    if (awake.signal.aborted) await sleep(clock, gatherMs, signal).catch(() => {});
  }

  async #pass(teller: Teller, signal: AbortSignal): Promise<void> {
    const { informers, clock } = this.#deps;
    const objects = informers.of(nodeGroup).cache.list();
    if (objects.length === 0 && this.#removals.size === 0) return;
    const nowMs = clock.nowMs();
    const isStatusDue = nowMs - (this.#written?.atMs ?? 0) >= this.#options.statusMs;
    if (this.#isQuiet && !isStatusDue) return;
    // What changes while the look goes on is seen by the next one.
    this.#isQuiet = true;
    const facts = this.#facts(objects, nowMs);
    const look: Look = { facts, teller, signal };
    if (this.#written === undefined) await this.#writeStatus(look, initialStatus, nowMs);
    await this.#giveUpLateNodes(look);
    await this.#advanceRemovals(look);
    const up = planScaleUp(facts, this.#backoffs.namesAt(nowMs));
    if (up.growth === undefined) teller.unhelped(up, nowMs);
    else await this.#grow(look, up, up.growth);
    const down = planScaleDown(facts, this.#memory());
    this.#unneededSince = new Map(
      Array.from(down.unneeded, ([name, { sinceMs }]) => [name, sinceMs]),
    );
    await this.#markCandidates(look, down);
    // What has just become too small does not shrink.
    if (up.growth === undefined) for (const one of down.remove) await this.#remove(look, one);
    if (this.#waits(up, down, nowMs)) this.#isQuiet = false;
    await this.#report(look, objects, down);
  }

  /** Whether there is something to do once time has gone on. */
  #waits(up: ScaleUpPlan, down: ScaleDownPlan, nowMs: number): boolean {
    const isMissing = up.growth !== undefined || up.unhelped.length > 0;
    const isUnderWay = this.#removals.size > 0 || this.#starting.size > 0;
    const isResting = this.#backoffs.namesAt(nowMs).size > 0;
    return isMissing || isUnderWay || isResting || down.unneeded.size > 0;
  }

  #facts(objects: readonly Live<NodeGroup>[], nowMs: number): ClusterFacts {
    const { informers } = this.#deps;
    const isServed = this.#options.supply === "present";
    const usable = objects.filter((one) => isServed && problemOf(one) === undefined);
    const namespaces = informers.of(namespace).cache.list();
    return {
      groups: usable
        .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
        .map(groupOf)
        .sort((left, right) => (left.name < right.name ? -1 : 1)),
      nodes: this.#nodes(nowMs),
      pods: informers.of(pod).cache.list(),
      budgets: informers.of(podDisruptionBudget).cache.list(),
      daemonSets: informers.of(daemonSet).cache.list(),
      namespaces: new Map(namespaces.map(({ metadata }) => [metadata.name, metadata.labels ?? {}])),
      nowMs,
    };
  }

  /** Those of the cache, and those that it does not show yet. */
  #nodes(nowMs: number): readonly Live<Node>[] {
    const { cache } = this.#deps.informers.of(node);
    for (const [name, { atMs }] of this.#unseen) {
      const isSeen = cache.find({ namespace: "", name }) !== undefined;
      if (isSeen || nowMs > atMs + unseenMs) this.#unseen.delete(name);
    }
    return [...cache.list(), ...[...this.#unseen.values()].map((made) => made.node)];
  }

  #memory(): ScaleDownMemory {
    const removing = Array.from(this.#removals, ([name, { kind }]) => [name, kind] as const);
    return {
      unneededSince: this.#unneededSince,
      grownAtMs: this.#grownAtMs,
      failedAtMs: this.#failedAtMs,
      removing: new Map(removing),
    };
  }

  async #grow({ facts, teller, signal }: Look, plan: ScaleUpPlan, growth: Growth): Promise<void> {
    const { nowMs } = facts;
    const { group, from, to } = growth;
    const names: string[] = [];
    teller.growing(growth);
    try {
      for (let size = from; size < to; size++) {
        const made = await this.#writes.add(group, signal);
        const { name } = made.metadata;
        this.#unseen.set(name, { node: made, atMs: nowMs });
        this.#starting.set(name, nowMs);
        names.push(name);
      }
    } catch (error) {
      // The group's owner is told, and it is tried again after a while.
      if (signal.aborted) throw error;
      const why = describeError(error);
      this.#backoffs.fail(group.name, why, nowMs);
      teller.growthFailed(growth, why, nowMs);
      return;
    }
    this.#grownAtMs = nowMs;
    teller.grown(growth, plan, names, nowMs);
  }

  /** Nodes that did not become ready in time go, and their group is left alone for a while. */
  async #giveUpLateNodes({ facts, teller, signal }: Look): Promise<void> {
    const { groups, nodes, nowMs } = facts;
    const byName = new Map(nodes.map((one) => [one.metadata.name, one]));
    for (const [name, sinceMs] of this.#starting) {
      const found = byName.get(name);
      const group = groups.find((one) => found !== undefined && one.name === groupNameOf(found));
      if (found === undefined || group === undefined || isReady(found)) {
        this.#starting.delete(name);
        if (group !== undefined) this.#backoffs.forget(group.name);
      } else if (nowMs >= sinceMs + group.maxProvisionMs) {
        this.#starting.delete(name);
        this.#backoffs.fail(group.name, "nodes were not ready in time", nowMs);
        teller.timedOut(group.name, name, nowMs - sinceMs, nowMs);
        await this.#writes.remove(found, signal);
      }
    }
  }

  async #remove({ facts, teller, signal }: Look, unneeded: UnneededNode): Promise<void> {
    const { node: found, group, pods } = unneeded;
    const { name } = found.metadata;
    try {
      await this.#writes.markToBeDeleted(found, signal);
    } catch (error) {
      // The node has changed since it was looked at: it is looked at again.
      if (!hasReason(error, "Conflict")) throw error;
      return;
    }
    teller.removing(unneeded);
    this.#removals.set(name, {
      node: name,
      group: group.name,
      kind: pods.length === 0 ? "empty" : "drain",
      why: describeUnneeded(unneeded, facts.nowMs),
      pods: pods.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
      sinceMs: facts.nowMs,
      triedAtMs: undefined,
      lastError: "",
      isDeleted: false,
    });
  }

  async #advanceRemovals(look: Look): Promise<void> {
    const { facts, signal } = look;
    const podsByNode = Map.groupBy(facts.pods, ({ spec }) => spec.nodeName ?? "");
    const present = new Set<string>();
    for (const found of facts.nodes) {
      const { name } = found.metadata;
      present.add(name);
      const removal = this.#removals.get(name);
      const isOurs = facts.groups.some((group) => group.name === groupNameOf(found));
      if (removal !== undefined) {
        await this.#advance(look, { removal, found, pods: podsByNode.get(name) ?? [] });
      } else if (isOurs && isGoing(found) && found.metadata.deletionTimestamp === undefined) {
        await this.#writes.unmark(found, signal);
      }
    }
    for (const name of this.#removals.keys()) if (!present.has(name)) this.#removals.delete(name);
  }

  async #advance({ facts, teller, signal }: Look, { removal, found, pods }: Going): Promise<void> {
    const { nowMs } = facts;
    const step = nextStep(removal, pods, nowMs);
    if (step.kind === "wait") return;
    if (step.kind === "evict") {
      let { lastError } = removal;
      for (const one of step.pods) {
        teller.evicting(one);
        lastError = (await this.#writes.evict(one, signal)) ?? lastError;
      }
      this.#removals.set(removal.node, { ...removal, lastError, triedAtMs: nowMs });
      return;
    }
    const size = this.#sizeOf(facts, removal.group);
    if (step.kind === "delete") {
      if (removal.isDeleted) return;
      await this.#writes.remove(found, signal);
      this.#removals.set(removal.node, { ...removal, isDeleted: true });
      const sizes = { from: size, to: size - 1 };
      teller.removed({ removal, node: found, why: removal.why, sizes, nowMs });
      return;
    }
    this.#failedAtMs = nowMs;
    this.#removals.delete(removal.node);
    const sizes = { from: size, to: size };
    teller.removalFailed({ removal, node: found, why: step.why, sizes, nowMs });
    await this.#writes.unmark(found, signal);
  }

  /** Those that were deleted a moment ago do not count. */
  #sizeOf({ nodes }: ClusterFacts, group: string): number {
    const members = nodesByGroup(nodes).get(group) ?? [];
    const isDeleted = ({ metadata }: Live<Node>) => this.#removals.get(metadata.name)?.isDeleted;
    return members.filter((one) => isDeleted(one) !== true).length;
  }

  async #markCandidates({ facts, signal }: Look, { unneeded }: ScaleDownPlan): Promise<void> {
    for (const found of facts.nodes) {
      const { name } = found.metadata;
      if (groupNameOf(found) === undefined || isGoing(found) || this.#removals.has(name)) continue;
      const isMarked = found.spec.taints?.some(({ key }) => key === candidateTaint) === true;
      if (isMarked === unneeded.has(name)) continue;
      try {
        await this.#writes.markCandidate(found, isMarked ? "needed" : "candidate", signal);
      } catch (error) {
        // Only a hint for the scheduler: the next look gives it.
        if (!hasReason(error, "Conflict")) throw error;
      }
    }
  }

  async #report(
    { facts: looked, teller, signal }: Look,
    objects: readonly Live<NodeGroup>[],
    { unneeded }: ScaleDownPlan,
  ): Promise<void> {
    const byGroup = Map.groupBy(unneeded.values(), ({ group }) => group.name);
    const candidates = new Map([...byGroup].map(([name, list]) => [name, list.length]));
    const { nowMs } = looked;
    const facts = { ...looked, nodes: this.#nodes(nowMs) };
    await this.#statuses.report({ objects, facts, candidates }, signal);
    const backedOff = this.#backoffs.reasonsAt(facts.nowMs);
    const { text, gist } = statusText({ facts, candidates, backedOff }, this.#transitions);
    const isDue = facts.nowMs - (this.#written?.atMs ?? 0) >= this.#options.statusMs;
    if (this.#written?.gist === gist && !isDue) return;
    await this.#writeStatus({ teller, signal }, text, nowMs);
    this.#written = { gist, atMs: nowMs };
  }

  async #writeStatus(
    { teller, signal }: Pick<Look, "teller" | "signal">,
    status: string,
    nowMs: number,
  ): Promise<void> {
    const maps = this.#deps.client.of(configMap);
    const annotations = { [updatedAnnotation]: goTime(nowMs) };
    const body = { metadata: { annotations }, data: { status } };
    try {
      const { metadata } = await maps.patch(statusMapKey, { type: "merge", body }, {}, signal);
      teller.knowStatusMap(metadata);
    } catch (error) {
      // The first time, or after somebody removed it.
      if (!hasReason(error, "NotFound")) throw error;
      const wanted = { ...body, metadata: { ...statusMapKey, annotations } };
      teller.knowStatusMap((await maps.create(wanted, {}, signal)).metadata);
    }
  }
}

const initialStatus = "autoscalerStatus: Initializing\n";

interface Look {
  readonly facts: ClusterFacts;
  readonly teller: Teller;
  readonly signal: AbortSignal;
}

interface Going {
  readonly removal: Removal;
  readonly found: Live<Node>;
  readonly pods: readonly Live<Pod>[];
}
