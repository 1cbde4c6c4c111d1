import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "#base";
import { VirtualClock } from "#base/testing";
import { type JsonObject, type Live, notFound } from "#api";
import type { Node, NodeStatus } from "#api/core/v1";
import type { Client } from "#client";
import { type NodeFacts, nodeStatus } from "./node-object.ts";
import { runNode } from "./run-node.ts";

const gibibyte = 1024 ** 3;
const facts: NodeFacts = {
  name: "a",
  addresses: ["192.0.2.1"],
  agentPort: 10_250,
  machine: {
    hostname: "machine",
    machineId: "m",
    bootId: "b",
    systemUuid: "s",
    kernelVersion: "6.1.0",
    osName: "Debian GNU/Linux 12 (bookworm)",
    os: "linux",
    architecture: "amd64",
    cpuCount: 4,
    memoryBytes: 8 * gibibyte,
  },
  runtime: { name: "containerd", version: "2.0.0", apiVersion: "v1" },
  runtimeConditions: [{ type: "RuntimeReady", status: true, reason: "", message: "" }],
  images: [],
  version: "v1.36.2",
  podsMax: 110,
  capacity: undefined,
  storageBytes: 100 * gibibyte,
  storageFreeBytes: 50 * gibibyte,
  memoryFreeBytes: 4 * gibibyte,
};

const conditions: readonly (readonly [string, Partial<NodeFacts>, string])[] = [
  ["all is well", {}, "Ready"],
  ["memory is short", { memoryFreeBytes: 1 }, "MemoryPressure Ready"],
  ["storage is short", { storageFreeBytes: gibibyte }, "DiskPressure Ready"],
  ["storage cannot be measured", { storageFreeBytes: undefined }, "Ready"],
  [
    "the network is not ready",
    { runtimeConditions: [{ type: "NetworkReady", status: false, reason: "Cni", message: "" }] },
    "",
  ],
];

for (const [what, part, want] of conditions) {
  test(`what holds when ${what}: ${want}`, () => {
    const status = nodeStatus({ ...facts, ...part }, undefined, 0);
    const holding = (status.conditions ?? []).filter((condition) => condition.status === "True");
    assert.equal(holding.map(({ type }) => type).join(" "), want);
  });
}

test("a condition keeps the time since when it holds", () => {
  const first = nodeStatus(facts, undefined, 0);
  const later = nodeStatus({ ...facts, memoryFreeBytes: 1 }, first, 60_000);
  const times = (later.conditions ?? []).map(
    ({ type, lastTransitionTime }) => `${type} ${lastTransitionTime?.slice(14, 19)}`,
  );
  assert.deepEqual(times, [
    "MemoryPressure 01:00",
    "DiskPressure 00:00",
    "PIDPressure 00:00",
    "Ready 00:00",
  ]);
});

test("the fifty largest images are told", () => {
  const images = Array.from({ length: 60 }, (_, index) => ({
    id: `sha256:${index}`,
    repoTags: [`image:${index}`],
    repoDigests: [],
    sizeBytes: index,
    uid: undefined,
    username: "",
    pinned: false,
  }));
  const status = nodeStatus({ ...facts, images }, undefined, 0);
  assert.equal(status.images?.length, 50);
  assert.deepEqual(status.images?.[0], { names: ["image:59"], sizeBytes: 59 });
});

test("a node registers, applies its range, renews its lease, and reports only changes", async () => {
  const world = new World();
  const stop = new AbortController();
  const running = runNode(world.deps, "a", stop.signal);
  await world.clock.advance(2_000);
  assert.deepEqual(world.log, [
    "create Node a",
    "apply 10.42.1.0/24",
    "status a",
    "create Lease a",
  ]);
  world.log.length = 0;
  await world.clock.advance(30_000);
  assert.deepEqual(world.log, ["renew a", "renew a", "renew a"]);
  world.log.length = 0;
  world.facts = { ...facts, memoryFreeBytes: 1 };
  await world.clock.advance(10_000);
  assert.deepEqual(
    world.log.filter((line) => line.startsWith("status")),
    ["status a"],
  );
  stop.abort();
  await running;
  assert.equal(world.clock.timerCount, 0);
});

class World {
  readonly clock = new VirtualClock();
  readonly log: string[] = [];
  facts = facts;
  #node: Live<Node> | undefined;
  #hasLease = false;

  get deps() {
    return {
      client: this.#client(),
      nodes: { synced: async () => {}, cache: { find: () => this.#node } },
      clock: this.clock,
      log: silentLogger,
      registersItself: true,
      look: async () => this.facts,
      applyPodCidr: async (podCidr: string) => void this.log.push(`apply ${podCidr}`),
    };
  }

  #client(): Client {
    const nodes = {
      find: async () => this.#node,
      create: async (created: Node) => {
        this.log.push(`create Node ${created.metadata?.name}`);
        const metadata = { ...created.metadata, uid: "u" };
        this.#node = { ...created, metadata, spec: { podCIDR: "10.42.1.0/24" } } as Live<Node>;
        return this.#node;
      },
      patchStatus: async (key: { name: string }, { body }: { body: JsonObject }) => {
        this.log.push(`status ${key.name}`);
        this.#node = { ...this.#node, status: body["status"] as NodeStatus } as Live<Node>;
        return this.#node;
      },
    };
    const leases = {
      patch: async (key: { name: string }) => {
        if (!this.#hasLease) throw notFound({ group: "", name: "leases" }, key.name);
        this.log.push(`renew ${key.name}`);
      },
      create: async ({ metadata }: Node) => {
        this.#hasLease = true;
        this.log.push(`create Lease ${metadata?.name}`);
      },
    };
    const of = ({ kind }: { kind: string }) => (kind === "Node" ? nodes : leases);
    return { of } as unknown as Client;
  }
}
