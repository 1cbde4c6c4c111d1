import assert from "node:assert/strict";
import { test } from "node:test";
import { RecordingMeters, VirtualClock } from "#base/testing";
import { SchedulerMetrics } from "./metrics.ts";

test("attempts, phases, waits and preemptions are told under upstream's names", async () => {
  const clock = new VirtualClock();
  const meters = new RecordingMeters();
  const metrics = new SchedulerMetrics(meters, clock, "default-scheduler");
  const startMs = clock.elapsedMs();
  const phaseEnded = metrics.follow();
  await clock.advance(1_000);
  phaseEnded("filter");
  metrics.decided(startMs);
  await clock.advance(2_000);
  phaseEnded("bind", "Error");
  metrics.attempted("error", startMs);
  metrics.placed(3, 4_000);
  metrics.placed(20, 5_000);
  metrics.triedToPreempt(undefined);
  metrics.triedToPreempt(2);
  metrics.show(() => ({
    pending: { active: 1, backoff: 0, unschedulable: 2, gated: 3 },
    cached: { nodes: 4, pods: 5, assumedPods: 6 },
  }));
  const point = (name: string, status: string) =>
    `scheduler_framework_extension_point_duration_seconds{extension_point="${name}",status="${status}",profile="default-scheduler"}`;
  assert.deepEqual(meters.lines(), [
    'scheduler_schedule_attempts_total{result="error",profile="default-scheduler"} 1',
    'scheduler_scheduling_attempt_duration_seconds{result="error",profile="default-scheduler"} 3',
    "scheduler_scheduling_algorithm_duration_seconds 1",
    `${point("Filter", "Success")} 1`,
    `${point("Bind", "Error")} 2`,
    'scheduler_pod_scheduling_sli_duration_seconds{attempts="3"} 4',
    'scheduler_pod_scheduling_sli_duration_seconds{attempts="15+"} 5',
    "scheduler_pod_scheduling_attempts 3 20",
    "scheduler_preemption_attempts_total 2",
    "scheduler_preemption_victims 2",
    'scheduler_pending_pods{queue="active"} 1',
    'scheduler_pending_pods{queue="unschedulable"} 2',
    'scheduler_pending_pods{queue="gated"} 3',
    'scheduler_cache_size{type="nodes"} 4',
    'scheduler_cache_size{type="pods"} 5',
    'scheduler_cache_size{type="assumed_pods"} 6',
  ]);
});
