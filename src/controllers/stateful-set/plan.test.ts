import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live } from "#api";
import type { StatefulSet } from "#api/apps/v1";
import { ago, parsePods, testNowMs } from "../testing.ts";
import { type Members, membersOf, revisionLabel } from "./members.ts";
import { type MemberPlan, planMembers } from "./plan.ts";

// A set is written as its number of pods and words: "parallel", "ondelete", "p1" partition, "u2" most
// unavailable, "s3" first number. Pods are written as `parsePods` explains, named by number; those
// with an "o" before the mark are of the old template.
function membersFrom(notation: string, pods: string): Members {
  const [replicas = "0", ...words] = notation.split(" ");
  const numberOf = (letter: string): number | undefined => {
    const word = words.find((candidate) => new RegExp(`^${letter}\\d`).test(candidate));
    return word === undefined ? undefined : Number(word.slice(1));
  };
  const set: Live<StatefulSet> = {
    metadata: { name: "w", uid: "w", resourceVersion: "1", creationTimestamp: ago(9) },
    spec: {
      replicas: Number(replicas),
      selector: {},
      template: {},
      podManagementPolicy: words.includes("parallel") ? "Parallel" : "OrderedReady",
      ordinals: { start: numberOf("s") ?? 0 },
      updateStrategy: words.includes("ondelete")
        ? { type: "OnDelete" }
        : {
            type: "RollingUpdate",
            rollingUpdate: { partition: numberOf("p"), maxUnavailable: numberOf("u") },
          },
    },
    status: { replicas: 0 },
  };
  const parsed = parsePods(pods).map((pod) => {
    const number = pod.metadata.name.replace("o", "");
    const revision = pod.metadata.name.endsWith("o") ? "old" : "new";
    const metadata = {
      ...pod.metadata,
      name: `w-${number}`,
      labels: { [revisionLabel]: revision },
    };
    return { ...pod, metadata };
  });
  return membersOf(set, parsed, testNowMs);
}

function show({ create, remove }: MemberPlan): string {
  const parts = [
    ...create.map(({ ordinal, template }) => `+${ordinal}${template === "current" ? "o" : ""}`),
    ...remove.map(({ metadata }) => metadata.name.replace("w", "")),
  ];
  return parts.join(" ") || "nothing";
}

const cases: readonly (readonly [string, string, string, string])[] = [
  ["creates one pod at a time", "3", "", "+0"],
  ["waits for each to be ready", "3", "0-", "nothing"],
  ["goes on when it is", "3", "0+", "+1"],
  ["in parallel creates all", "3 parallel", "1-", "+0 +2"],
  ["counts from its first number", "2 s3", "3+", "+4"],
  ["fills a gap first", "3", "0+ 2+", "+1"],
  ["makes anew what has ended, whatever way", "2", "0. 1+", "-0"],
  ["waits for a pod that is going", "2", "0~ 1+", "nothing"],
  ["removes the highest number first", "1", "0+ 1+ 2+", "-2"],
  ["removes no more while one is going", "1", "0+ 1+ 2~", "nothing"],
  ["removes a well pod though a lower one is unwell", "1", "0+ 1- 2+", "-2"],
  ["removes no unwell pod before a lower one", "1", "0+ 1- 2-", "nothing"],
  ["in parallel removes all", "1 parallel", "0+ 1+ 2+", "-2 -1"],
  ["replaces old pods from the highest number", "3", "0o+ 1o+ 2o+", "-2"],
  ["waits for the replaced pod", "3", "0o+ 1o+ 2-", "nothing"],
  ["goes down the numbers", "3", "0o+ 1o+ 2+", "-1"],
  ["replaces several when told", "3 u2", "0o+ 1o+ 2o+", "-2 -1"],
  ["counts unavailable pods toward what may be", "3 u2 parallel", "0o+ 1o+ 2-", "-1"],
  ["stops at the partition", "3 p2", "0o+ 1o+ 2+", "nothing"],
  ["makes held pods from the old template", "3 p2", "0o+", "+1o"],
  ["leaves old pods alone when told", "2 ondelete", "0o+ 1o+", "nothing"],
];

for (const [rule, set, pods, want] of cases) {
  test(`a StatefulSet ${rule}: [${set}] with [${pods}], so ${want}`, () => {
    assert.equal(show(planMembers(membersFrom(set, pods), "new")), want);
  });
}
