import assert from "node:assert/strict";
import { test } from "node:test";
import { type ChildProcess, type Disk, silentLogger } from "#base";
import { VirtualClock } from "#base/testing";
import type { Part } from "./parts.ts";
import { supervise } from "./supervisor.ts";

const parts: readonly Part[] = [
  { name: "server", words: ["server"], under: [], pace: "busy" },
  {
    name: "agent-a",
    words: ["agent", "--node", "a"],
    under: ["nsenter", "--net=/a", "--"],
    pace: "calm",
  },
];

test("parts start in order, under what they are to run under, and end in reverse order", async () => {
  const world = worldOf();
  const running = world.start();
  await world.clock.advance(10);
  assert.deepEqual(world.take(), [
    "start 1: node --fast bin.js server --data-dir /c",
    "start 2: nsenter --net=/a -- node bin.js agent --node a --data-dir /c",
  ]);
  world.stop.abort();
  await world.clock.advance(10);
  await running;
  assert.deepEqual(world.take(), ["SIGTERM 2", "SIGTERM 1"]);
  assert.equal(world.clock.timerCount, 0);
  assert.equal(world.files.has("/c/run/supervisor.json"), false);
});

test("a part that dies is started again, later each time", async () => {
  const world = worldOf();
  const running = world.start();
  await world.clock.advance(10);
  world.take();
  world.end(1);
  await world.clock.advance(250);
  assert.deepEqual(world.take(), ["start 3: node --fast bin.js server --data-dir /c"]);
  world.end(3);
  await world.clock.advance(499);
  assert.deepEqual(world.take(), []);
  await world.clock.advance(1);
  assert.deepEqual(world.take(), ["start 4: node --fast bin.js server --data-dir /c"]);
  assert.match(world.files.get("/c/run/supervisor.json") ?? "", /"pid":4,.*"restartCount":2/);
  world.stop.abort();
  await world.clock.advance(10);
  await running;
});

test("a part that does not end is killed", async () => {
  const world = worldOf({ stubborn: [2] });
  const running = world.start();
  await world.clock.advance(10);
  world.take();
  world.stop.abort();
  await world.clock.advance(20_000);
  await running;
  assert.deepEqual(world.take(), ["SIGTERM 2", "SIGKILL 2", "SIGTERM 1"]);
});

test("what a dead supervisor left running ends before anything starts", async () => {
  const world = worldOf();
  world.files.set(
    "/c/run/supervisor.json",
    JSON.stringify({
      pid: 8,
      identity: "gone",
      parts: [
        { name: "server", pid: 9, identity: "process 9", startedAtMs: 0, restartCount: 0 },
        { name: "agent-a", pid: 10, identity: "another one", startedAtMs: 0, restartCount: 0 },
      ],
    }),
  );
  world.alive.set(9, () => {});
  world.alive.set(10, () => {});
  const running = world.start();
  await world.clock.advance(100);
  assert.equal(world.take()[0], "SIGTERM 9");
  assert.equal(world.alive.has(10), true);
  world.stop.abort();
  await world.clock.advance(10);
  await running;
});

test("a second supervisor is refused", async () => {
  const world = worldOf();
  const running = world.start();
  await world.clock.advance(10);
  await assert.rejects(world.start(), /has a supervisor already/);
  world.stop.abort();
  await world.clock.advance(10);
  await running;
});

/** Processes that exist by their pid only: each start gives the next one. */
function worldOf({ stubborn = [] }: { readonly stubborn?: readonly number[] } = {}) {
  const clock = new VirtualClock();
  const files = new Map<string, string>();
  const alive = new Map<number, (status: number) => void>();
  const stop = new AbortController();
  let happened: string[] = [];
  let nextPid = 1;
  let isLocked = false;
  const end = (pid: number) => {
    alive.get(pid)?.(1);
    alive.delete(pid);
  };
  const signal = (pid: number, name: string) => {
    happened.push(`${name} ${pid}`);
    if (name === "SIGKILL" || !stubborn.includes(pid)) end(pid);
  };
  const disk: Partial<Disk> = {
    findFile: async (path) => {
      const text = files.get(path);
      return text === undefined ? undefined : new TextEncoder().encode(text);
    },
    replaceFile: async (path, text) => void files.set(path, String(text)),
    remove: async (path) => void files.delete(path),
    findFacts: async () => undefined,
    tryLock: async () => {
      if (isLocked) return undefined;
      isLocked = true;
      return { [Symbol.asyncDispose]: async () => void (isLocked = false) };
    },
  };
  const deps = {
    clock,
    disk: disk as Disk,
    logger: silentLogger,
    pid: 100,
    self: ["node", "bin.js"] as const,
    runtime: { busy: { flags: ["--fast"], env: {} }, calm: { flags: [], env: {} } },
    processes: {
      run: () => Promise.reject(new Error("not in this test")),
      spawn: async (program: string, args: readonly string[]): Promise<ChildProcess> => {
        const pid = nextPid++;
        happened.push(`start ${pid}: ${[program, ...args].join(" ")}`);
        const exited = new Promise<number>((resolve) => alive.set(pid, resolve));
        return { pid, exited, signal: (name) => signal(pid, name) };
      },
      isRunning: (pid: number) => alive.has(pid),
      findIdentity: (pid: number) => (alive.has(pid) ? `process ${pid}` : undefined),
      signal,
    },
  };
  return {
    clock,
    files,
    alive,
    stop,
    end,
    start: () => supervise(deps, "/c", async () => parts, stop.signal),
    take() {
      const taken = happened;
      happened = [];
      return taken;
    },
  };
}
