import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "#base/testing";
import { needsOf } from "./pod-needs.ts";
import { type QueuedPod, SchedulingQueue } from "./queue.ts";
import { parsePod } from "./testing.ts";

function taken(queue: SchedulingQueue): QueuedPod {
  const next = queue.take();
  assert.ok(next);
  return next;
}

test("higher priority goes first, then the older pod", async () => {
  const clock = new VirtualClock();
  const queue = new SchedulingQueue(clock);
  for (const notation of ["a", "b priority=10", "c"]) {
    queue.add(needsOf(parsePod(notation)));
    await clock.advance(10);
  }
  const order = [queue.take(), queue.take(), queue.take()].map((next) => next?.needs.key.name);
  assert.deepEqual(order, ["b", "a", "c"]);
});

test("an unschedulable pod comes back, after its backoff, for a change that matters to it", async () => {
  const clock = new VirtualClock();
  const queue = new SchedulingQueue(clock);
  queue.add(needsOf(parsePod("a")));
  queue.putUnschedulable(taken(queue), new Set(["pod-removed"]));
  queue.noteChange("node-labels");
  await clock.advance(5_000);
  assert.equal(queue.take(), undefined);
  queue.noteChange("pod-removed");
  assert.equal(queue.take()?.needs.key.name, "a");
  queue.close();
});

test("a change during the attempt is not missed", async () => {
  const clock = new VirtualClock();
  const queue = new SchedulingQueue(clock);
  queue.add(needsOf(parsePod("a")));
  const attempt = taken(queue);
  queue.noteChange("pod-removed");
  queue.putUnschedulable(attempt, new Set(["pod-removed"]));
  assert.equal(queue.take(), undefined);
  await clock.advance(1_000);
  assert.equal(queue.take()?.needs.key.name, "a");
  queue.close();
});

test("a pod that nothing wakes is tried again after five minutes", async () => {
  const clock = new VirtualClock();
  const queue = new SchedulingQueue(clock);
  queue.add(needsOf(parsePod("a")));
  queue.putUnschedulable(taken(queue), new Set());
  await clock.advance(5 * 60_000);
  assert.equal(queue.take()?.needs.key.name, "a");
  queue.close();
  assert.equal(clock.timerCount, 0);
});
