import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "#base";
import { promisesSettled, seededRandom, VirtualClock } from "#base/testing";
import { type Outcome, revisitAfter, settled, WorkQueue, workQueueDefaults } from "./work-queue.ts";
import { unobservedQueue } from "./work-queue-metrics.ts";

interface Bench {
  readonly clock: VirtualClock;
  readonly queue: WorkQueue;
  /** What happened: `+a` a pass over key a began, `-a` it ended. */
  readonly trace: string[];
  stop(): Promise<void>;
}

function benchOf(reconcile: (key: string, pass: number) => Promise<Outcome> | Outcome): Bench {
  const clock = new VirtualClock();
  const trace: string[] = [];
  const passes = new Map<string, number>();
  const stop = new AbortController();
  const queue = new WorkQueue(
    { clock, random: seededRandom(1), log: silentLogger, observer: unobservedQueue },
    workQueueDefaults,
    async (key) => {
      const pass = (passes.get(key) ?? 0) + 1;
      passes.set(key, pass);
      trace.push(`+${key}`);
      try {
        return await reconcile(key, pass);
      } finally {
        trace.push(`-${key}`);
      }
    },
  );
  const done = queue.run(stop.signal);
  const bench = { clock, queue, trace };
  return {
    ...bench,
    async stop() {
      stop.abort();
      await done;
    },
  };
}

test("a key that waits is worked on once, however often it was added", async () => {
  const bench = benchOf(() => settled);
  for (const key of ["a", "a", "b", "a"]) bench.queue.add(key);
  await promisesSettled();
  await bench.stop();
  assert.deepEqual(bench.trace, ["+a", "+b", "-a", "-b"]);
});

test("a key added while it is worked on is worked on again, not at the same time", async () => {
  const gate = Promise.withResolvers<void>();
  const bench = benchOf(async (_key, pass) => {
    if (pass === 1) await gate.promise;
    return settled;
  });
  bench.queue.add("a");
  await promisesSettled();
  bench.queue.add("a");
  await promisesSettled();
  assert.deepEqual(bench.trace, ["+a"]);
  gate.resolve();
  await promisesSettled();
  await bench.stop();
  assert.deepEqual(bench.trace, ["+a", "-a", "+a", "-a"]);
});

test("a failed key is tried again after a growing delay", async () => {
  const bench = benchOf((_key, pass) => {
    if (pass <= 3) throw new Error("not yet");
    return settled;
  });
  bench.queue.add("a");
  await bench.clock.advance(4);
  assert.equal(bench.trace.length, 2);
  await bench.clock.advance(100);
  assert.equal(bench.trace.length, 8);
  assert.equal(bench.queue.size, 0);
  await bench.stop();
});

test("of several delays for one key the earliest counts", async () => {
  const bench = benchOf(() => settled);
  bench.queue.addAfter("a", 1_000);
  bench.queue.addAfter("a", 10);
  bench.queue.addAfter("a", 500);
  await bench.clock.advance(20);
  assert.deepEqual(bench.trace, ["+a", "-a"]);
  await bench.clock.advance(5_000);
  assert.deepEqual(bench.trace, ["+a", "-a"]);
  await bench.stop();
});

test("a pass may ask to be repeated later", async () => {
  const bench = benchOf((_key, pass) => (pass < 3 ? revisitAfter(1_000) : settled));
  bench.queue.add("a");
  await bench.clock.advance(1_500);
  assert.equal(bench.trace.length, 4);
  await bench.clock.advance(1_500);
  assert.equal(bench.trace.length, 6);
  await bench.stop();
  assert.equal(bench.clock.timerCount, 0);
});
