import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live } from "#api";
import type { Job, JobSpec } from "#api/batch/v1";
import type { Pod } from "#api/core/v1";
import { ago, parsePods, testNowMs } from "../testing.ts";
import { noFailures } from "./back-off.ts";
import { type JobView, observe } from "./observe.ts";
import { type PodPlan, planPods } from "./plan.ts";
import { failuresName, indexName, trackingFinalizer } from "./pod-facts.ts";
import { verdictOf } from "./verdict.ts";

// A Job is written as its spec's numbers and words: "c3" completions, "p2" parallelism, "b1" back-off
// limit, "i1" limit per index, "m1" most failed indexes, "x" indexed, "s" suspended, "d30" deadline in
// seconds (it started a minute ago), "=1,3-5" completed indexes, "+4" succeeded so far, "-2" failed.
// Pods are written as `parsePods` explains; of indexed Jobs the name's digits before a "_" are the
// index and those after it the failures before.
const letters: Readonly<Record<string, keyof JobSpec>> = {
  c: "completions",
  p: "parallelism",
  b: "backoffLimit",
  i: "backoffLimitPerIndex",
  m: "maxFailedIndexes",
  d: "activeDeadlineSeconds",
};

function jobOf(notation: string): Live<Job> {
  const words = notation.split(" ").filter((word) => word !== "");
  const find = (start: string) => words.find((word) => word.startsWith(start))?.slice(1);
  const numbers = Object.entries(letters).flatMap(([letter, name]) => {
    const text = find(letter);
    return text === undefined ? [] : [[name, Number(text)] as const];
  });
  const template = { spec: { containers: [{ name: "app" }], restartPolicy: "Never" } };
  return {
    metadata: { name: "j", uid: "j", resourceVersion: "1", creationTimestamp: ago(60) },
    spec: {
      template,
      completionMode: words.includes("x") ? "Indexed" : "NonIndexed",
      suspend: words.includes("s"),
      ...Object.fromEntries(numbers),
    },
    status: {
      startTime: ago(60),
      succeeded: Number(find("+") ?? 0),
      failed: Number(find("-") ?? 0),
      completedIndexes: find("=") ?? "",
    },
  };
}

function podsOf(notation: string, isIndexed: boolean): readonly Live<Pod>[] {
  return parsePods(notation).map((pod) => {
    const [index = "", failures = "0"] = pod.metadata.name.split("_");
    const annotations = { [indexName]: index, [failuresName]: failures };
    return {
      ...pod,
      metadata: {
        ...pod.metadata,
        finalizers: [trackingFinalizer],
        ...(isIndexed ? { annotations } : {}),
      },
    };
  });
}

function viewOf(job: string, pods: string): JobView {
  const memory = { streak: noFailures, isReleased: () => false };
  return observe(jobOf(job), podsOf(pods, job.includes("x")), memory);
}

function show({ create, remove, waitMs }: PodPlan): string {
  const parts: string[] = [];
  if (remove.length > 0) parts.push(`remove ${remove.map((pod) => pod.metadata.name).join(" ")}`);
  const isIndexed = create.some(({ index }) => index !== undefined);
  const which = isIndexed ? create.map(({ index }) => index).join(" ") : String(create.length);
  if (create.length > 0) parts.push(`create ${which}`);
  if (waitMs !== undefined) parts.push(`wait ${waitMs / 1000}`);
  return parts.join(", ") || "nothing";
}

const plans: readonly (readonly [string, string, string, string])[] = [
  ["creates as many pods as may work at a time", "c5 p2", "", "create 2"],
  ["creates no more than are left to succeed", "c5 p3 +4", "", "create 1"],
  ["counts active pods", "c5 p3", "a+ b?", "create 1"],
  ["counts a success that is not recorded", "c2 p2", "a. b+", "nothing"],
  ["removes surplus pods, the least valuable first", "c5 p1", "a+ b?", "remove b"],
  ["without completions works in parallel", "p3", "a+", "create 2"],
  ["without completions follows no success", "p3 +1", "a+", "nothing"],
  ["suspended removes all", "c5 p3 s", "a+ b?", "remove a b"],
  ["tries again when a minute has passed since the failure", "c1 p1", "a~ bx", "create 1"],
  ["indexed creates the lowest free indexes", "c5 p3 x =0", "2+", "create 1 3"],
  ["indexed removes duplicates before it creates", "c5 p3 x", "0+ 0_1?", "remove 0_1"],
  ["indexed removes pods of indexes that are none", "c2 p2 x", "7+ 0+", "remove 7"],
  ["per index tries those again that have waited", "c3 p3 i2 x", "1_0x", "create 0 1 2"],
  ["per index a failed index is given up", "c3 p3 i1 x", "1_1x 0+", "create 2"],
];

for (const [rule, job, pods, want] of plans) {
  test(`a Job ${rule}: [${job}] with [${pods}], so ${want}`, () => {
    assert.equal(show(planPods(viewOf(job, pods), testNowMs)), want);
  });
}

const verdicts: readonly (readonly [string, string, string, string])[] = [
  ["goes on while failures are tolerated", "c1 p1 b1", "ax", "goes on"],
  ["fails beyond the back-off limit", "c1 p1 b1 -1", "ax", "BackoffLimitExceeded"],
  ["fails when it takes too long", "c1 p1 b6 d30", "a+", "DeadlineExceeded"],
  ["has no deadline while suspended", "c1 p1 b6 d30 s", "", "goes on"],
  ["fails with its last index", "c2 p2 b9 i0 x =1", "0_0x", "FailedIndexes"],
  ["lets other indexes finish first", "c2 p2 b9 i0 x", "0_0x 1+", "goes on"],
  ["fails beyond the most failed indexes", "c9 p2 b9 i0 m1 x", "0x 1x", "MaxFailedIndexesExceeded"],
];

for (const [rule, job, pods, want] of verdicts) {
  test(`a Job ${rule}: [${job}] with [${pods}]`, () => {
    assert.equal(verdictOf(viewOf(job, pods), testNowMs)?.reason ?? "goes on", want);
  });
}
