import assert from "node:assert/strict";
import { test } from "node:test";
import { type CgroupLimits, planCgroupWrites } from "./cgroup-limits.ts";
import { cgroupParentOf, nodeCgroup, podCgroup } from "./cgroup-path.ts";
import type { CgroupVersion } from "./cgroup-tree.ts";

const root = nodeCgroup("main", "node-1");

test("a pod's cgroup says its class and whose it is", () => {
  assert.deepEqual(
    (["Guaranteed", "Burstable", "BestEffort"] as const).map((qos) => podCgroup(root, qos, "u-1")),
    [
      "/wherry/main/node-1/kubepods/podu-1",
      "/wherry/main/node-1/kubepods/burstable/podu-1",
      "/wherry/main/node-1/kubepods/besteffort/podu-1",
    ],
  );
});

test("systemd's slices repeat their parents' names", () => {
  const path = podCgroup("/w", "Burstable", "u-1");
  assert.equal(cgroupParentOf("cgroupfs", path), path);
  assert.equal(
    cgroupParentOf("systemd", path),
    "/w.slice/w-kubepods.slice/w-kubepods-burstable.slice/w-kubepods-burstable-podu_1.slice",
  );
});

// Limits as "shares quota memory processes", "-" for none; writes as "file=value".
const plans: readonly (readonly [CgroupVersion, string, string])[] = [
  [
    "v1",
    "512 50000 1048576 100",
    "cpu.shares=512 cpu.cfs_period_us=100000 cpu.cfs_quota_us=50000 " +
      "memory.limit_in_bytes=1048576 pids.max=100",
  ],
  [
    "v1",
    "- - - -",
    "cpu.shares=1024 cpu.cfs_period_us=100000 cpu.cfs_quota_us=-1 " +
      "memory.limit_in_bytes=-1 pids.max=max",
  ],
  [
    "v2",
    "512 50000 1048576 100",
    "cpu.weight=20 cpu.max=50000 100000 memory.max=1048576 pids.max=100",
  ],
  ["v2", "0 1 - -", "cpu.weight=1 cpu.max=1000 100000 memory.max=max pids.max=max"],
  ["v2", "999999 - - -", "cpu.weight=10000 cpu.max=max 100000 memory.max=max pids.max=max"],
];

for (const [version, limits, want] of plans) {
  test(`${version} writes for [${limits}]`, () => {
    const writes = planCgroupWrites(version, parseLimits(limits));
    assert.equal(writes.map(({ file, value }) => `${file}=${value}`).join(" "), want);
  });
}

function parseLimits(text: string): CgroupLimits {
  const [cpuShares, cpuQuotaMicros, memoryBytes, processes] = text
    .split(" ")
    .map((word) => (word === "-" ? undefined : Number(word)));
  return { cpuShares, cpuQuotaMicros, memoryBytes, processes };
}
