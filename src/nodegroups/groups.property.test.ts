/**
 * A group of nodes under pods that come and go at random, on a clock of ten seconds a tick: pods get the nodes that
 * have room, and whatever the plans say is done at once.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live } from "#api";
import type { Node, Pod } from "#api/core/v1";
import { integerBelow, type Random } from "#base";
import { seededRandom } from "#base/testing";
import { TrialCluster } from "#scheduler";
import { nodeOf } from "./group.ts";
import { planScaleDown } from "./plan-scale-down.ts";
import { planScaleUp } from "./plan-scale-up.ts";
import { factsOf, parseBudget, parseGroup, parseGroupPod } from "./testing.ts";

const tickMs = 10_000;
const unneededMs = 60_000;
const group = parseGroup("g 1-6 unneeded=1m");

for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
  test(`groups keep their bounds, budgets and temper (seed ${seed})`, () => {
    const world = new World(seededRandom(seed));
    for (let tick = 0; tick < 300; tick++) world.tick();
    assert.ok(world.removals > 0, "some nodes have gone");
  });
}

class World {
  readonly #random: Random;
  readonly #nodes = new Map<string, Live<Node>>();
  readonly #pods = new Map<string, Live<Pod>>();
  readonly #becameUnneeded = new Map<string, number>();
  #unneededSince: ReadonlyMap<string, number> = new Map();
  #nowMs = Date.UTC(2026, 0, 1);
  #serial = 0;
  /** Whether pods have come since the last node went. */
  #isDemandNew = true;
  removals = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  tick(): void {
    this.#nowMs += tickMs;
    // Long quiet spells between bursts, so that nodes do become unneeded.
    if (this.#nowMs % 1_200_000 < 300_000) this.#changePods();
    const allowed = integerBelow(this.#random, 3);
    this.#schedule();
    const facts = {
      ...factsOf({ groups: "", nowMs: this.#nowMs }),
      groups: [group],
      nodes: [...this.#nodes.values()],
      pods: [...this.#pods.values()],
      budgets: [parseBudget(`web allows ${allowed}`)],
    };
    const { growth } = planScaleUp(facts, new Set());
    if (growth !== undefined) {
      assert.ok(growth.to <= group.maxSize && growth.to > growth.from);
      assert.ok(this.#isDemandNew || growth.pods.length === 0, "what was given back is not missed");
      for (let size = growth.from; size < growth.to; size++) this.#addNode();
    }
    this.#shrink(facts, allowed);
    this.#schedule();
  }

  #shrink(facts: Parameters<typeof planScaleDown>[0], allowed: number): void {
    const { unneeded, remove } = planScaleDown(facts, {
      unneededSince: this.#unneededSince,
      grownAtMs: undefined,
      failedAtMs: undefined,
      removing: new Map(),
    });
    this.#unneededSince = new Map(Array.from(unneeded, ([name, { sinceMs }]) => [name, sinceMs]));
    for (const name of this.#becameUnneeded.keys()) {
      if (!unneeded.has(name)) this.#becameUnneeded.delete(name);
    }
    for (const name of unneeded.keys()) {
      if (!this.#becameUnneeded.has(name)) this.#becameUnneeded.set(name, this.#nowMs);
    }
    const evicted = remove.flatMap(({ pods }) => pods);
    const guarded = evicted.filter(({ metadata }) => metadata.labels?.["app"] === "web");
    assert.ok(guarded.length === 0 || allowed > 0, "nothing goes that a budget keeps");
    for (const { node } of remove) {
      const sinceMs = this.#becameUnneeded.get(node.metadata.name) ?? this.#nowMs;
      assert.ok(this.#nowMs - sinceMs >= unneededMs, "it was unneeded all the time");
      this.#nodes.delete(node.metadata.name);
      this.removals++;
      this.#isDemandNew = false;
    }
    for (const pod of evicted) this.#pods.set(pod.metadata.uid, withoutNode(pod));
    assert.ok(this.#nodes.size >= Math.min(group.minSize, facts.nodes.length));
    assert.ok(this.#nodes.size <= group.maxSize);
  }

  #changePods(): void {
    for (const uid of this.#pods.keys()) {
      if (integerBelow(this.#random, 12) === 0) this.#pods.delete(uid);
    }
    if (integerBelow(this.#random, 2) === 0) return;
    const name = `p${this.#serial++}`;
    const cpu = 200 + integerBelow(this.#random, 2_000);
    const app = integerBelow(this.#random, 4) === 0 ? "web" : "other";
    const pod = parseGroupPod(`${name} cpu=${cpu}m app=${app}`);
    this.#pods.set(pod.metadata.uid, pod);
    this.#isDemandNew = true;
  }

  /** Everybody gets a node that has room. */
  #schedule(): void {
    const trial = new TrialCluster({
      nodes: [...this.#nodes.values()],
      pods: [...this.#pods.values()],
    });
    for (const [uid, pod] of this.#pods) {
      if (pod.spec.nodeName !== undefined) continue;
      const nodeName = trial.firstFit(pod);
      if (nodeName === undefined) continue;
      trial.place(pod, nodeName);
      this.#pods.set(uid, {
        ...pod,
        spec: { ...pod.spec, nodeName },
        status: { phase: "Running" },
      });
    }
  }

  #addNode(): void {
    const name = `g-${this.#serial++}`;
    const node = nodeOf(group, name);
    const creationTimestamp = new Date(this.#nowMs).toISOString();
    const conditions = [{ type: "Ready", status: "True" }];
    this.#nodes.set(name, {
      ...node,
      metadata: { ...node.metadata, creationTimestamp },
      status: { ...node.status, conditions },
    });
  }
}

function withoutNode(pod: Live<Pod>): Live<Pod> {
  const { nodeName: _was, ...spec } = pod.spec;
  const conditions = [{ type: "PodScheduled", status: "False", reason: "Unschedulable" }];
  return { ...pod, spec, status: { phase: "Pending", conditions } };
}
