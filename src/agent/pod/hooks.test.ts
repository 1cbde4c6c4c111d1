import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "#base";
import { VirtualClock } from "#base/testing";
import type { Live } from "#api";
import type { Container, LifecycleHandler, Pod } from "#api/core/v1";
import { lifecycleHooks } from "./hooks.ts";

const never = new AbortController().signal;
const command: LifecycleHandler = { exec: { command: ["touch", "/ready"] } };

test("a command that fails after the start is told as a failure of the hook", async () => {
  const { hooks } = worldOf(1);
  const container = { name: "app", lifecycle: { postStart: command } };
  await assert.rejects(hooks.postStart(pod, container, "c1", never), {
    message: "command 'touch /ready' exited with 1: no",
  });
});

test("a hook before the end may fail, which its author is told", async () => {
  const { hooks, events } = worldOf(1);
  const container: Container = { name: "app", lifecycle: { preStop: command } };
  await hooks.preStop(pod, container, "c1", { graceSeconds: 30, signal: never });
  assert.deepEqual(events, [
    "FailedPreStopHook PreStopHook failed: command 'touch /ready' exited with 1: no",
  ]);
});

test("a hook before the end has no longer than the grace", async () => {
  const { hooks, events, clock } = worldOf(0);
  const container: Container = { name: "app", lifecycle: { preStop: { sleep: { seconds: 60 } } } };
  const done = hooks.preStop(pod, container, "c1", { graceSeconds: 30, signal: never });
  await clock.advance(30_000);
  await done;
  assert.deepEqual(events, ["FailedPreStopHook PreStopHook failed: not done within 30 seconds"]);
  assert.equal(clock.timerCount, 0);
});

test("a kind of hook that there is not is refused", async () => {
  const { hooks } = worldOf(0);
  const container = { name: "app", lifecycle: { postStart: { tcpSocket: { port: 80 } } } };
  await assert.rejects(hooks.postStart(pod, container, "c1", never), /invalid handler/);
});

const pod = { metadata: { name: "p", uid: "u" }, spec: {}, status: {} } as unknown as Live<Pod>;

function worldOf(exitCode: number) {
  const clock = new VirtualClock();
  const events: string[] = [];
  const stdout = new TextEncoder().encode("no\n");
  const unused = () => Promise.reject(new Error("not expected"));
  const runtime = {
    containers: { execSync: async () => ({ exitCode, stdout, stderr: new Uint8Array() }) },
    sandboxes: { find: unused, list: unused },
  };
  const record = (_: unknown, { reason, message }: { reason: string; message: string }) =>
    void events.push(`${reason} ${message}`);
  const deps = { runtime, network: { openHttp: unused }, clock, recorder: { record } };
  const hooks = lifecycleHooks({ ...deps, log: silentLogger }, { addresses: [] });
  return { hooks, events, clock };
}
