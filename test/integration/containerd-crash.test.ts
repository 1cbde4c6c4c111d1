import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { RuntimeError, type SandboxConfig } from "#agent";
import { containerConfigOf, sandboxConfigOf } from "#agent/testing";
import {
  type ContainerdNode,
  leftovers,
  startContainerdNode,
  whyNoContainers,
} from "./containerd-node.ts";

const skip = whyNoContainers() ?? false;
const podCount = 8;
const killCount = 4;

test("pods come and go while containerd is killed again and again", { skip }, async (t) => {
  const node = await startContainerdNode(t, "own");
  const { runtime, signal } = node;
  const steady = await makePod(node, "steady");
  const before = await runtime.containers.find(steady, signal);

  const pods = Array.from({ length: podCount }, async (_, index) => {
    const id = await makePod(node, `pod-${index}`);
    // Every other one goes again, the others stay.
    if (index % 2 === 0) await removePod(node, id);
  });
  for (let count = 0; count < killCount; count++) {
    await delay(1_500);
    process.kill(node.pid(), "SIGKILL");
  }
  await Promise.all(pods);

  const after = await insist(() => runtime.containers.find(steady, signal));
  assert.deepEqual([after?.state, after?.startedAtMs], ["running", before?.startedAtMs]);
  const running = await runtime.containers.list({ state: "running" }, signal);
  const names = running.map(({ labels }) => labels["pod"]);
  assert.deepEqual(new Set(names), new Set(["pod-1", "pod-3", "pod-5", "pod-7", "steady"]));
  assert.equal(names.length, 5);

  for (const { id } of await runtime.sandboxes.list({}, signal)) {
    await insist(() => runtime.sandboxes.stop(id, signal));
    await insist(() => runtime.sandboxes.remove(id, signal));
  }
  assert.deepEqual(await runtime.containers.list({}, signal), []);
  await node.remove();
  assert.deepEqual(leftovers(node), []);
});

/** As a pod worker does it: whatever is there of an earlier try is removed, then all is made anew. */
async function makePod(node: ContainerdNode, name: string): Promise<string> {
  const { runtime, signal } = node;
  let attempt = 0;
  return await insist(async () => {
    for (const { id } of await runtime.sandboxes.list({ labels: { pod: name } }, signal)) {
      await runtime.sandboxes.stop(id, signal);
      await runtime.sandboxes.remove(id, signal);
    }
    const sandbox = sandboxOf(node, name, attempt++);
    const sandboxId = await runtime.sandboxes.run(sandbox, "", signal);
    const config = containerConfigOf({
      image: { image: "busybox:test", userSpecifiedImage: "busybox:test" },
      command: ["sleep", "600"],
      labels: { pod: name },
    });
    const id = await runtime.containers.create(sandboxId, config, sandbox, signal);
    await runtime.containers.start(id, signal);
    return id;
  });
}

async function removePod({ runtime, signal }: ContainerdNode, id: string): Promise<void> {
  await insist(async () => {
    const [container] = await runtime.containers.list({ id }, signal);
    if (container === undefined) return;
    await runtime.sandboxes.stop(container.sandboxId, signal);
    await runtime.sandboxes.remove(container.sandboxId, signal);
  });
}

function sandboxOf(node: ContainerdNode, name: string, attempt: number): SandboxConfig {
  const logDirectory = `${node.directory}/logs/${name}`;
  mkdirSync(logDirectory, { recursive: true });
  const metadata = { name, uid: `uid-${name}`, namespace: "default", attempt };
  const base = sandboxConfigOf({ metadata, logDirectory, labels: { pod: name } });
  return { ...base, linux: { ...base.linux, cgroupParent: `${node.cgroup}/${name}` } };
}

/** Again and again, as long as it is the runtime that fails and comes back. */
async function insist<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof RuntimeError) || attempt > 60) throw error;
      await delay(250);
    }
  }
}
