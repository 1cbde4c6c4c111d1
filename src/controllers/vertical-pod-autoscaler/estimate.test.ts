import assert from "node:assert/strict";
import { test } from "node:test";
import { ContainerUsage } from "./container-usage.ts";
import { cpuShape, DecayingHistogram } from "./decaying-histogram.ts";
import { estimate } from "./estimate.ts";
import { policyOf, recommendationOf } from "./recommend.ts";

const minute = 60_000;
const day = 1440 * minute;
const startMs = Date.UTC(2026, 0, 1);
const mib = 1024 * 1024;

/** Steady use, told every minute; a tenth of the samples may be higher. */
function used(minutes: number, cpu: number, memoryMib: number, peak = cpu): ContainerUsage {
  const usage = new ContainerUsage();
  for (let index = 0; index < minutes; index++) {
    usage.enter("p", {
      atMs: startMs + index * minute,
      cpu: index % 10 === 0 ? peak : cpu,
      memoryBytes: memoryMib * mib,
    });
  }
  return usage;
}

test("a percentile is the end of the bucket in which it lies", () => {
  const histogram = new DecayingHistogram(cpuShape);
  assert.deepEqual([histogram.isEmpty, histogram.percentile(0.9)], [true, 0]);
  for (const value of [0.005, 0.015, 0.5]) histogram.add(value, 1, startMs);
  // Buckets end at 0.01, 0.01 × (1 + 1.05) = 0.0205, …; 0.5 lies in the 26th, from 0.4773 to 0.5111.
  assert.deepEqual(
    [0.3, 0.6, 0.9].map((share) => histogram.percentile(share).toFixed(4)),
    ["0.0100", "0.0205", "0.5111"],
  );
});

test("a sample that is a half-life older weighs half as much", () => {
  const histogram = new DecayingHistogram(cpuShape);
  histogram.add(1, 1, startMs);
  histogram.add(0.1, 1, startMs + day);
  // A third of the weight is old: two thirds lie at 0.1.
  assert.ok(histogram.percentile(0.66) < 0.12);
  assert.ok(histogram.percentile(0.67) > 1);
});

test("what is taken back leaves nothing, also after months", () => {
  const histogram = new DecayingHistogram(cpuShape);
  histogram.add(1, 1, startMs);
  histogram.remove(1, 1, startMs);
  assert.equal(histogram.isEmpty, true);
  histogram.add(1, 1, startMs);
  histogram.add(0.1, 1, startMs + 200 * day);
  assert.ok(histogram.percentile(0.99) < 0.12);
});

test("of memory only the peak of a day counts", () => {
  const usage = new ContainerUsage();
  for (const [index, memory] of [100, 400, 200].entries()) {
    const atMs = startMs + index * minute;
    usage.enter("p", { atMs, cpu: 0, memoryBytes: memory * mib });
  }
  assert.equal(usage.memory.percentile(0.01), usage.memory.percentile(0.99));
  assert.ok(usage.memory.percentile(0.5) >= 400 * mib);
});

test("a figure that was told before does not count again", () => {
  const usage = used(1, 1, 100);
  usage.enter("p", { atMs: startMs, cpu: 1, memoryBytes: 1 });
  assert.equal(usage.sampleCount, 1);
});

test("who ran out of memory gets a fifth more, or 100Mi", () => {
  const usage = used(1, 1, 100);
  const atMs = startMs + minute;
  usage.enterOutOfMemory("p", { atMs, requestBytes: 128 * mib });
  assert.ok(isWithinBucket(usage.memory.percentile(0.9), 228 * mib));
  // What was reckoned after the first is not the base of the second.
  usage.enterOutOfMemory("p", { atMs: atMs + minute, requestBytes: 128 * mib });
  assert.ok(isWithinBucket(usage.memory.percentile(0.9), 228 * mib));
  usage.enterOutOfMemory("p", { atMs: atMs + 2 * minute, requestBytes: 1000 * mib });
  assert.ok(isWithinBucket(usage.memory.percentile(0.9), 1200 * mib));
});

test("what was kept gives the same estimate, but for the day that goes on", () => {
  const usage = used(3 * 1440, 0.5, 600, 1);
  const kept = JSON.parse(JSON.stringify(usage.save(startMs + 3 * day)));
  assert.equal(kept.version, "v3");
  const again = new ContainerUsage();
  again.load(kept);
  assert.deepEqual(estimate(again, 1), estimate(usage, 1));
  const early = used(10, 0.5, 600);
  assert.deepEqual(early.save(startMs + 10 * minute).memoryHistogram?.bucketWeights, {});
});

const unreadable: readonly (readonly [rule: string, kept: object])[] = [
  ["of another version", { version: "v2" }],
  ["without samples", { version: "v3", totalSamplesCount: 0 }],
  [
    "with buckets that there are not",
    {
      version: "v3",
      totalSamplesCount: 5,
      firstSampleStart: "2026-01-01T00:00:00Z",
      lastSampleStart: "2026-01-01T00:05:00Z",
      cpuHistogram: {
        referenceTimestamp: "2026-01-01T00:00:00Z",
        bucketWeights: { "-1": 10_000, 5000: 10_000, x: 1 },
        totalWeight: 1,
      },
    },
  ],
];
for (const [rule, kept] of unreadable) {
  test(`a checkpoint is not taken over: ${rule}`, () => {
    const usage = new ContainerUsage();
    usage.load(kept);
    assert.equal(usage.cpu.isEmpty, true);
  });
}

function isWithinBucket(end: number, bytes: number): boolean {
  return end >= bytes && end <= bytes * 1.05 + 1e7;
}

test("after days the target is the use with its margin, and the bounds come near", () => {
  const { target, lowerBound, upperBound } = estimate(used(8 * 1440, 0.5, 600), 1);
  // The bucket of 0.5 ends at 0.5111; times 1.15.
  assert.equal(target.cpuMillis, 587);
  assert.equal(lowerBound.cpuMillis, 587);
  assert.equal(upperBound.cpuMillis, 661);
  assert.ok(target.memoryBytes > 600 * mib * 1.15 && target.memoryBytes < 600 * mib * 1.15 * 1.06);
});

test("after an hour the bounds are far apart", () => {
  const { lowerBound, target, upperBound } = estimate(used(60, 0.5, 600), 1);
  assert.equal(target.cpuMillis, 587);
  assert.ok(lowerBound.cpuMillis < target.cpuMillis);
  assert.ok(upperBound.cpuMillis > 20 * target.cpuMillis);
});

test("little use comes to the least, which the containers of a pod share", () => {
  const { target } = estimate(used(1440, 0.001, 10), 2);
  assert.deepEqual(target, { cpuMillis: 12, memoryBytes: 125 * mib });
});

test("a rare peak is above the target and below the upper bound's share", () => {
  const { target } = estimate(used(1440, 0.1, 100, 1), 1);
  assert.ok(target.cpuMillis < 200);
});

const found = estimate(used(8 * 1440, 0.5, 600), 1);
const policies: readonly (readonly [
  rule: string,
  policy: object | undefined,
  want: object | undefined,
])[] = [
  ["without a policy all is as estimated", undefined, { cpu: "587m" }],
  ["no more than allowed", { containerName: "*", maxAllowed: { cpu: "300m" } }, { cpu: "300m" }],
  ["a bound may be a number", { containerName: "app", minAllowed: { cpu: 2 } }, { cpu: "2" }],
  ["no less than allowed", { containerName: "app", minAllowed: { cpu: "1" } }, { cpu: "1" }],
  ["one that is off has none", { containerName: "app", mode: "Off" }, undefined],
  ["what is for others does not count", { containerName: "log", mode: "Off" }, { cpu: "587m" }],
];

for (const [rule, policy, want] of policies) {
  test(`a recommendation heeds its policy: ${rule}`, () => {
    const spec = {
      targetRef: { kind: "Deployment", name: "web" },
      resourcePolicy: {
        containerPolicies:
          policy === undefined
            ? []
            : [{ containerName: "app", controlledResources: ["cpu"], ...policy }],
      },
    };
    const told = recommendationOf("app", found, spec)?.target;
    const shown =
      told === undefined || policyOf(spec, "app") !== undefined ? told : { cpu: told["cpu"] };
    assert.deepEqual(shown, want);
  });
}
