import assert from "node:assert/strict";
import { test } from "node:test";
import type { ContainerStatus, Pod, PodStatus } from "#api/core/v1";
import { findPodProblem } from "./pod-problem.ts";

const waiting = (reason: string, message?: string) => ({
  state: { waiting: { reason, ...(message === undefined ? {} : { message }) } },
});
const ended = (exitCode: number, reason = "Error") => ({ terminated: { exitCode, reason } });

// What a container's status says, how often it was restarted, and what is made of it.
const containers: readonly (readonly [
  why: string,
  status: Partial<ContainerStatus>,
  restarts: number,
  problem: string,
])[] = [
  ["runs", { state: { running: {} } }, 2, "none"],
  ["is being created", waiting("ContainerCreating"), 0, "none"],
  ["has ended well", { state: ended(0, "Completed") }, 0, "none"],
  ["cannot be pulled yet", waiting("ErrImagePull", "no"), 0, "hopeful ErrImagePull: no, none"],
  ["cannot be pulled", waiting("ImagePullBackOff", "no"), 0, "final ImagePullBackOff: no, none"],
  [
    "lacks a secret",
    waiting("CreateContainerConfigError", "s"),
    0,
    "final CreateContainerConfigError: s, none",
  ],
  [
    "has ended badly",
    { state: ended(3) },
    0,
    "hopeful Error: exit status 3 after 0 restarts, current",
  ],
  [
    "was out of memory",
    { state: ended(137, "OOMKilled") },
    1,
    "hopeful OOMKilled: exit status 137 after 1 restarts, current",
  ],
  [
    "is started again and again",
    { ...waiting("CrashLoopBackOff"), lastState: ended(1) },
    2,
    "hopeful CrashLoopBackOff: exit status 1 after 2 restarts, previous",
  ],
  [
    "was started often enough",
    { ...waiting("CrashLoopBackOff"), lastState: ended(1) },
    3,
    "final CrashLoopBackOff: exit status 1 after 3 restarts, previous",
  ],
];

for (const [why, status, restartCount, problem] of containers) {
  test(`a container ${why}: ${problem}`, () => {
    const container = { name: "c", image: "i", imageID: "", ready: false, restartCount, ...status };
    assert.equal(show(podOf({ phase: "Running", containerStatuses: [container] })), problem);
  });
}

test("a pod without a node has the scheduler's words", () => {
  const scheduled = {
    type: "PodScheduled",
    status: "False",
    reason: "Unschedulable",
    message: "0/1",
  };
  const pod = podOf({ phase: "Pending", conditions: [scheduled] });
  assert.equal(show(pod), "hopeful Unschedulable: 0/1, none");
});

test("a pod that was given up says why", () => {
  const pod = podOf({ phase: "Failed", reason: "Evicted", message: "disk" });
  assert.equal(show(pod), "final Evicted: disk, current");
});

function podOf(status: PodStatus): Pod {
  return { metadata: { name: "p" }, spec: { containers: [] }, status };
}

function show(pod: Pod): string {
  const problem = findPodProblem(pod);
  if (problem === undefined) return "none";
  return `${problem.outlook} ${problem.reason}: ${problem.message}, ${problem.log}`;
}
