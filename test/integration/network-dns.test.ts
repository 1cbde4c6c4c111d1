import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { openCluster } from "./network-cluster.ts";
import { networkSkip } from "./network-namespace.ts";

test("pods resolve names by their node's own server", { skip: networkSkip }, async (t) => {
  await using cluster = await openCluster();
  const pod = await cluster.addPod(cluster.a);
  const node = cluster.peer(cluster.a.namespacePath);
  const machine = cluster.peer(cluster.host.path);
  // As on a machine whose own resolver listens on loopback, out of the nodes' reach.
  await machine.serve("names", "127.0.0.11:53", "example.org 192.0.2.7");
  await using _relay = await startServer(cluster.host.path, ["relay", "10.44.0.1", "127.0.0.11"]);
  await using _server = await startServer(cluster.a.namespacePath, ["server", "10.44.0.1"]);
  const resolve = (name: string) => pod.peer.ask("names", "10.43.0.10:53", { name });

  await t.test("cluster names, over the bridge and without leaving the node", async () => {
    assert.deepEqual(await resolve("hello.default.svc.cluster.local"), ["10.43.0.7"]);
    assert.deepEqual(await resolve("gone.default.svc.cluster.local"), ["ENOTFOUND"]);
  });

  await t.test("the search path, in one question", async () => {
    assert.deepEqual(await resolve("hello.other.default.svc.cluster.local"), ["10.43.0.8"]);
    assert.deepEqual(await resolve("example.org.default.svc.cluster.local"), ["192.0.2.7"]);
  });

  await t.test("the world's names, from the machine's resolver, through the relay", async () => {
    assert.deepEqual(await resolve("example.org"), ["192.0.2.7"]);
    assert.deepEqual(await node.ask("names", "127.0.0.53:53", { name: "example.org" }), [
      "192.0.2.7",
    ]);
  });

  await t.test("large answers, by TCP", async () => {
    assert.equal((await resolve("many.default.svc.cluster.local")).length, 200);
  });
});

async function startServer(
  namespacePath: string,
  args: readonly string[],
): Promise<AsyncDisposable> {
  const script = join(import.meta.dirname, "network-dns-node.ts");
  const inside = [`--net=${namespacePath}`, process.execPath, script, ...args];
  const child = spawn("nsenter", inside, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "exit");
  await Promise.race([once(child.stdout, "data"), ended]);
  return {
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
    },
  };
}
