import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "#base";
import { VirtualClock } from "#base/testing";
import { followNodes, followNodesDefaults } from "./follow-nodes.ts";
import type { RoutedNode } from "./pod-routes.ts";

const options = {
  self: "a",
  table: "main",
  cni: { configurationDirectory: "/cni", addressDirectory: "/addresses", mtu: 1500 },
  ...followNodesDefaults,
};

test("routes and the CNI configuration follow the nodes", async () => {
  const world = worldOf([nodeOf("a", ""), nodeOf("b", "10.42.1.0/24", "10.44.0.3")]);
  const stop = new AbortController();
  const running = followNodes(world.deps, options, stop.signal);
  await world.clock.advance(1);
  assert.deepEqual(world.batches, [
    "route replace 10.42.1.0/24 via 10.44.0.3 proto 143 table main\n",
  ]);
  assert.equal(world.files.size, 0);

  world.put([nodeOf("a", "10.42.0.0/24"), nodeOf("b", "10.42.1.0/24", "10.44.0.3")]);
  await world.clock.advance(1);
  assert.match(world.files.get("/cni/10-wherry.conflist") ?? "", /"subnet": "10\.42\.0\.0\/24"/);
  stop.abort();
  await running;
});

test("what the kernel refuses is tried again", async () => {
  const world = worldOf([nodeOf("b", "10.42.1.0/24", "10.44.0.3")]);
  world.refuse(1);
  const stop = new AbortController();
  const running = followNodes(world.deps, options, stop.signal);
  await world.clock.advance(1_001);
  assert.equal(world.batches.length, 2);
  stop.abort();
  await running;
});

function nodeOf(name: string, podCIDR: string, address?: string): RoutedNode {
  const addresses = address === undefined ? [] : [{ type: "InternalIP", address }];
  return { metadata: { name }, spec: { podCIDR }, status: { addresses } };
}

function worldOf(initial: readonly RoutedNode[]) {
  const clock = new VirtualClock();
  const files = new Map<string, string>();
  const batches: string[] = [];
  let nodes = initial;
  let refusals = 0;
  let changed = () => {};
  const answer = (exitCode: number) => ({ exitCode, stdout: "[]", stderr: "" });
  const refuse = () => Promise.reject(new Error("not in this test"));
  const deps = {
    clock,
    log: silentLogger,
    nodes: {
      synced: async () => {},
      cache: { list: () => nodes },
      onChange: (handler: (change: { before: undefined; after: undefined }) => void) => {
        changed = () => handler({ before: undefined, after: undefined });
        return { [Symbol.dispose]: () => {} };
      },
    },
    disk: {
      findFile: async () => undefined,
      makeDirectory: async () => {},
      replaceFile: async (path: string, text: Uint8Array | string) =>
        void files.set(path, String(text)),
    },
    processes: {
      spawn: refuse,
      isRunning: () => false,
      findIdentity: () => undefined,
      signal: () => {},
      run: async (
        _program: string,
        _args: readonly string[],
        { input }: { input?: string | Uint8Array } = {},
      ) => {
        if (input === undefined) return answer(0);
        batches.push(String(input));
        return answer(refusals-- > 0 ? 1 : 0);
      },
    },
  };
  return {
    clock,
    files,
    batches,
    deps,
    put(next: readonly RoutedNode[]) {
      nodes = next;
      changed();
    },
    refuse(count: number) {
      refusals = count;
    },
  };
}
