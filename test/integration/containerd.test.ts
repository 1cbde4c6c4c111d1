import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import {
  type ContainerResources,
  type ContainerStatus,
  findCgroupDriver,
  rotateLog,
  type Runtime,
  type SandboxConfig,
  unlimitedResources,
} from "#agent";
import { containerConfigOf, sandboxConfigOf } from "#agent/testing";
import { compareText } from "#base";
import { realDisk } from "#host";
import {
  type ContainerdNode,
  leftovers,
  startContainerdNode,
  whyNoContainers,
} from "./containerd-node.ts";

const skip = whyNoContainers() ?? false;
const utf8 = new TextDecoder();

test("a container runs, answers, is killed and leaves its log and exit code", {
  skip,
}, async (t) => {
  const node = await startContainerdNode(t, "own");
  const { runtime, signal } = node;
  const sandbox = sandboxOf(node, "life");
  const sandboxId = await runtime.sandboxes.run(sandbox, "", signal);
  const found = await runtime.sandboxes.find(sandboxId, signal);
  assert.match(found?.ips[0] ?? "", /^10\.42\.7\.\d+$/);

  const id = await startShell(
    node,
    { sandboxId, sandbox },
    "echo out; echo err >&2; id -u; sleep 600",
  );
  const exec = await runtime.containers.execSync(id, ["sh", "-c", "cat; exit 3"], 5, signal);
  assert.equal(exec.exitCode, 3);
  await assert.rejects(runtime.containers.execSync(id, ["sleep", "9"], 1, signal), {
    code: "deadlineExceeded",
  });

  await runtime.containers.stop(id, 0, signal);
  const status = await runtime.containers.find(id, signal);
  assert.deepEqual([status?.state, status?.exitCode], ["exited", 137]);
  const lines = readFileSync(status?.logPath ?? "", "utf8")
    .trim()
    .split("\n");
  assert.deepEqual(lines.map((line) => line.split(" ").slice(1).join(" ")).sort(), [
    "stderr F err",
    "stdout F 0",
    "stdout F out",
  ]);

  await runtime.containers.remove(id, signal);
  await runtime.containers.remove(id, signal);
  assert.equal(await runtime.containers.find(id, signal), undefined);
  await runtime.sandboxes.remove(sandboxId, signal);
  assert.deepEqual(await runtime.sandboxes.list({}, signal), []);
  await assert.rejects(runtime.containers.start(id, signal), { code: "notFound" });
});

test("isolation is what was asked for and not what zero means", { skip }, async (t) => {
  const node = await startContainerdNode(t, "own");
  const { runtime, signal } = node;
  const sandbox = sandboxOf(node, "isolation");
  const sandboxId = await runtime.sandboxes.run(sandbox, "", signal);
  const id = await startShell(node, { sandboxId, sandbox }, "sleep 600");
  const run = async (script: string) => {
    const { stdout } = await runtime.containers.execSync(id, ["sh", "-c", script], 5, signal);
    return utf8.decode(stdout).trim();
  };
  assert.equal(await run("cat /proc/1/cmdline | tr '\\0' ' '"), "sleep 600");
  assert.match(await run("cat /proc/self/status"), /^Seccomp:\t2$/m);
  assert.equal(await run("cat /proc/keys"), "");
  assert.equal(await run("echo 1 2>/dev/null > /proc/sysrq-trigger || echo refused"), "refused");
});

test("a container that wants too much memory is told apart from one that fails", {
  skip,
}, async (t) => {
  const node = await startContainerdNode(t, "own");
  const { runtime, signal } = node;
  const sandbox = sandboxOf(node, "memory");
  const sandboxId = await runtime.sandboxes.run(sandbox, "", signal);
  const resources = { ...unlimitedResources, memoryLimitBytes: 16 * 1024 * 1024 };
  const start = (script: string) => startShell(node, { sandboxId, sandbox, resources }, script);
  const greedy = await untilExited(node, await start("exec tail /dev/zero"));
  assert.deepEqual([greedy.exitCode, greedy.reason], [137, "OOMKilled"]);
  const failing = await untilExited(node, await start("exit 2"));
  assert.deepEqual([failing.exitCode, failing.reason], [2, "Error"]);
  const modest = await untilExited(node, await start("exit 0"));
  assert.deepEqual([modest.exitCode, modest.reason], [0, "Completed"]);
});

test("a log is rotated without losing a line", { skip }, async (t) => {
  const node = await startContainerdNode(t, "own");
  const { runtime, signal } = node;
  const sandbox = sandboxOf(node, "log");
  const sandboxId = await runtime.sandboxes.run(sandbox, "", signal);
  const script = "i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo line $i; done";
  const id = await startShell(node, { sandboxId, sandbox }, script);
  const path = (await runtime.containers.find(id, signal))?.logPath ?? "";
  const reopen = () => runtime.containers.reopenLog(id, signal);
  const limits = { bytesMax: 2_000, filesMax: 100 };
  let rotations = 0;
  while ((await runtime.containers.find(id, signal))?.state === "running") {
    const before = readdirSync(`${node.directory}/logs/log/main`).length;
    // The container may end just now, and then there is nobody to reopen its log.
    await rotateLog(realDisk, { path, reopen }, limits, Date.now() + rotations).catch(() => {});
    if (readdirSync(`${node.directory}/logs/log/main`).length > before) rotations++;
  }
  const files = readdirSync(`${node.directory}/logs/log/main`);
  const order = [...files.filter((name) => name !== "0.log").sort(compareText), "0.log"];
  const text = order
    .filter((name) => files.includes(name))
    .map((name) => readFileSync(`${node.directory}/logs/log/main/${name}`, "utf8"))
    .join("");
  const numbers = text
    .trim()
    .split("\n")
    .map((line) => Number(line.split(" ").at(-1)));
  assert.deepEqual(
    numbers,
    Array.from({ length: 3000 }, (_, index) => index + 1),
  );
  assert.ok(rotations > 0);
});

test("containers outlive containerd and are found by the next one", { skip }, async (t) => {
  const node = await startContainerdNode(t, "own");
  const { runtime, signal } = node;
  const sandbox = sandboxOf(node, "crash");
  const sandboxId = await runtime.sandboxes.run(sandbox, "", signal);
  const id = await startShell(node, { sandboxId, sandbox }, "sleep 600");
  const before = await runtime.containers.find(id, signal);
  const killedPid = node.pid();
  process.kill(killedPid, "SIGKILL");

  await untilAnswering(runtime, signal);
  const after = await runtime.containers.find(id, signal);
  assert.deepEqual([after?.state, after?.startedAtMs], ["running", before?.startedAtMs]);
  assert.notEqual(node.pid(), killedPid);
  const { exitCode } = await runtime.containers.execSync(id, ["sh", "-c", "exit 7"], 5, signal);
  assert.equal(exitCode, 7);
});

test("containerd says how it makes cgroups", { skip }, async (t) => {
  const { channel, signal } = await startContainerdNode(t, "own");
  assert.equal(await findCgroupDriver(channel, signal), "cgroupfs");
});

test("nothing is left of a node that was removed", { skip }, async (t) => {
  const node = await startContainerdNode(t, "own");
  const sandbox = sandboxOf(node, "removed");
  const sandboxId = await node.runtime.sandboxes.run(sandbox, "", node.signal);
  await startShell(node, { sandboxId, sandbox }, "trap '' TERM; sleep 600");
  assert.notDeepEqual(leftovers(node), []);
  await node.remove();
  assert.deepEqual(leftovers(node), []);
});

test("nothing is left even when containerd was killed before", { skip }, async (t) => {
  const node = await startContainerdNode(t, "own");
  const sandbox = sandboxOf(node, "orphan");
  const sandboxId = await node.runtime.sandboxes.run(sandbox, "", node.signal);
  await startShell(node, { sandboxId, sandbox }, "sleep 600");
  process.kill(node.pid(), "SIGKILL");
  await node.remove();
  assert.deepEqual(leftovers(node), []);
});

interface Place {
  readonly sandboxId: string;
  readonly sandbox: SandboxConfig;
  readonly resources?: ContainerResources;
}

function sandboxOf(node: ContainerdNode, name: string): SandboxConfig {
  const logDirectory = `${node.directory}/logs/${name}`;
  mkdirSync(logDirectory, { recursive: true });
  const metadata = { name, uid: `uid-${name}`, namespace: "default", attempt: 0 };
  const config = sandboxConfigOf({ metadata, logDirectory, hostname: name });
  const cgroupParent = `${node.cgroup}/kubepods/pod${name}`;
  return { ...config, linux: { ...config.linux, cgroupParent } };
}

async function startShell(
  { runtime, signal }: ContainerdNode,
  { sandboxId, sandbox, resources = unlimitedResources }: Place,
  script: string,
): Promise<string> {
  const image = { image: "busybox:test", userSpecifiedImage: "busybox:test" };
  const attempt = (await runtime.containers.list({ sandboxId }, signal)).length;
  const { linux, ...rest } = containerConfigOf({
    metadata: { name: "main", attempt },
    image,
    command: ["sh", "-c", script],
  });
  const config = { ...rest, linux: { ...linux, resources } };
  const id = await runtime.containers.create(sandboxId, config, sandbox, signal);
  await runtime.containers.start(id, signal);
  return id;
}

async function untilExited(
  { runtime, signal }: ContainerdNode,
  id: string,
): Promise<ContainerStatus> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const status = await runtime.containers.find(id, signal);
    if (status?.state === "exited") return status;
    await delay(50);
  }
  throw new Error("the container did not end");
}

/** Real time passes here: containerd is a process of its own. */
async function untilAnswering(runtime: Runtime, signal: AbortSignal): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    try {
      await runtime.version(signal);
      return;
    } catch {
      await delay(50);
    }
  }
  throw new Error("containerd did not come back");
}
