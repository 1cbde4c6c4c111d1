import assert from "node:assert/strict";
import { test } from "node:test";
import { RecordingMeters, VirtualClock } from "#base/testing";
import { WorkQueueMetrics } from "./work-queue-metrics.ts";

// What a queue tells: "+a" key a is added, ">a" taken, "-a" done, "~" delayed, "5s" time passes.
const cases: readonly (readonly [rule: string, told: string, want: readonly string[]])[] = [
  ["counts what is added and waits", "+a +b", ["adds_total 2", "depth 2"]],
  ["measures how long a key waits", "+a 2s >a", ["adds_total 1", "queue_duration_seconds 2"]],
  [
    "measures work when it has ended",
    "+a >a 3s -a",
    ["adds_total 1", "queue_duration_seconds 0", "work_duration_seconds 3"],
  ],
  [
    "adds up work that is not done, and names the longest",
    "+a +b >a 4s >b 2s",
    [
      "adds_total 2",
      "queue_duration_seconds 0 4",
      "unfinished_work_seconds 8",
      "longest_running_processor_seconds 6",
    ],
  ],
  [
    "counts a key that comes back while it is worked on as waiting",
    "+a >a 1s +a",
    [
      "adds_total 2",
      "queue_duration_seconds 0",
      "depth 1",
      "unfinished_work_seconds 1",
      "longest_running_processor_seconds 1",
    ],
  ],
  ["counts keys that are put off", "~ ~", ["retries_total 2"]],
];

for (const [rule, told, want] of cases) {
  test(`a queue ${rule}`, async () => {
    const clock = new VirtualClock();
    const meters = new RecordingMeters();
    const observer = new WorkQueueMetrics(meters, clock).observerOf("job");
    for (const word of told.split(" ")) {
      const rest = word.slice(1);
      if (word.endsWith("s")) await clock.advance(Number(word.slice(0, -1)) * 1_000);
      else if (word === "~") observer.delayed();
      else if (word.startsWith("+")) observer.added(rest);
      else if (word.startsWith(">")) observer.taken(rest);
      else observer.done(rest);
    }
    const shown = meters.lines().map((line) => line.replace('{name="job"}', ""));
    assert.deepEqual(
      shown.map((line) => line.replace("workqueue_", "")).toSorted(),
      want.toSorted(),
    );
  });
}

test("a queue that is made anew goes on counting, and has forgotten its keys", () => {
  const meters = new RecordingMeters();
  const metrics = new WorkQueueMetrics(meters, new VirtualClock());
  metrics.observerOf("job").added("a");
  metrics.observerOf("job").added("a");
  assert.deepEqual(meters.lines("workqueue_adds"), ['workqueue_adds_total{name="job"} 2']);
  assert.deepEqual(meters.lines("workqueue_depth"), ['workqueue_depth{name="job"} 1']);
});
