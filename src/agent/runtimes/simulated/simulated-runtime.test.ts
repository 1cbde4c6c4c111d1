import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom, VirtualClock } from "#base/testing";
import { containerConfigOf, sandboxConfigOf } from "../../testing.ts";
import { simulatedRuntime } from "./simulated-runtime.ts";

const { signal } = new AbortController();

async function nodeOf() {
  const clock = new VirtualClock();
  const runtime = simulatedRuntime({ clock, random: seededRandom(1) });
  await runtime.applyPodCidr("10.42.7.0/29", signal);
  /** Runs a pod of one container; the annotations say how it behaves. */
  const runPod = async (annotations: Readonly<Record<string, string>>) => {
    const config = sandboxConfigOf({ annotations });
    const sandboxId = await runtime.sandboxes.run(config, "", signal);
    const id = await runtime.containers.create(sandboxId, containerConfigOf({}), config, signal);
    await runtime.containers.start(id, signal);
    return { sandboxId, id };
  };
  return { clock, runtime, runPod };
}

test("a container runs until it is stopped", async () => {
  const { clock, runtime, runPod } = await nodeOf();
  const { id } = await runPod({});
  await clock.advance(3_600_000);
  assert.equal((await runtime.containers.find(id, signal))?.state, "running");
  await runtime.containers.stop(id, 30, signal);
  const ended = await runtime.containers.find(id, signal);
  assert.deepEqual([ended?.state, ended?.exitCode, ended?.reason], ["exited", 0, "Completed"]);
});

test("a container ends when and how its annotations say", async () => {
  const { clock, runtime, runPod } = await nodeOf();
  const { id } = await runPod({
    "simulated.wherry/run-seconds": "5",
    "simulated.wherry/exit-code.main": "3",
  });
  await clock.advance(4_999);
  assert.equal((await runtime.containers.find(id, signal))?.state, "running");
  await clock.advance(1);
  const ended = await runtime.containers.find(id, signal);
  assert.deepEqual([ended?.state, ended?.exitCode, ended?.reason], ["exited", 3, "Error"]);
  assert.equal(clock.timerCount, 0);
});

test("usage follows the annotations and the time that it ran", async () => {
  const { clock, runtime, runPod } = await nodeOf();
  const { id } = await runPod({
    "simulated.wherry/cpu": "500m",
    "simulated.wherry/memory": "1Mi",
  });
  await clock.advance(2_000);
  const stats = await runtime.containers.findStats(id, signal);
  assert.equal(stats?.cpu?.usageCoreNanoseconds, 1_000_000_000);
  assert.equal(stats?.memory?.workingSetBytes, 1_048_576);
});

test("addresses come from the node's range, and again when they are free", async () => {
  const { runtime, runPod } = await nodeOf();
  const pods = [
    await runPod({}),
    await runPod({}),
    await runPod({}),
    await runPod({}),
    await runPod({}),
  ];
  const addresses = await Promise.all(
    pods.map(async ({ sandboxId }) => (await runtime.sandboxes.find(sandboxId, signal))?.ips[0]),
  );
  assert.deepEqual(addresses, ["10.42.7.2", "10.42.7.3", "10.42.7.4", "10.42.7.5", "10.42.7.6"]);
  await assert.rejects(runPod({}), { code: "resourceExhausted" });
  await runtime.sandboxes.remove(pods[2]?.sandboxId ?? "", signal);
  const { sandboxId } = await runPod({});
  assert.deepEqual((await runtime.sandboxes.find(sandboxId, signal))?.ips, ["10.42.7.4"]);
});

test("an image that cannot be had is told as its annotation says", async () => {
  const { runtime } = await nodeOf();
  const sandbox = sandboxConfigOf({
    annotations: { "simulated.wherry/pull-error": "no such tag" },
  });
  const request = { image: "web:2", credentials: undefined, sandbox };
  await assert.rejects(runtime.images.pull(request, signal), { message: "no such tag" });
  assert.equal(await runtime.images.find("web:2", signal), undefined);
});

test("whoever watches hears what happens to containers", async () => {
  const { clock, runtime, runPod } = await nodeOf();
  const stop = new AbortController();
  const heard: string[] = [];
  const watching = (async () => {
    for await (const event of runtime.watch(stop.signal)) heard.push(event.type);
  })();
  await clock.advance(0);
  const { sandboxId } = await runPod({ "simulated.wherry/run-seconds": "1" });
  await clock.advance(1_000);
  await runtime.sandboxes.remove(sandboxId, signal);
  await clock.advance(0);
  stop.abort();
  await watching;
  assert.deepEqual(heard, ["created", "started", "stopped"]);
});

test("nothing can be run inside, and annotations that say nothing sensible are refused", async () => {
  const { runtime, runPod } = await nodeOf();
  const { id } = await runPod({});
  const request = { command: ["sh"], stdin: true, stdout: true, stderr: false, tty: true };
  await assert.rejects(runtime.containers.prepareExec(id, request, signal), {
    code: "unimplemented",
  });
  await assert.rejects(runPod({ "simulated.wherry/run-seconds": "soon" }), {
    code: "invalidArgument",
  });
});
