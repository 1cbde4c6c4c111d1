import { parseUsage } from "#api";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ResourceQuota } from "#api/core/v1";
import { bookedOut, judgeRoom } from "./room.ts";

// A quota as "name=used/hard …", what is added; what is used then, or the refusal.
const cases: readonly (readonly [rule: string, quota: string, added: string, want: string])[] = [
  ["room is booked", "pods=1/2", "pods=1", "pods=2"],
  ["what is not bounded is not booked", "pods=1/2", "pods=1 cpu=4", "pods=2"],
  ["nothing that is bounded is free", "pods=1/2", "cpu=4", "free"],
  [
    "more than there is room for is refused",
    "pods=2/2",
    "pods=1",
    "exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2",
  ],
  [
    "every bound that is exceeded is named, in order",
    "requests.memory=1Gi/1Gi pods=0/5 requests.cpu=900m/1",
    "requests.cpu=200m requests.memory=64Mi pods=1",
    "exceeded quota: q, requested: requests.cpu=200m,requests.memory=64Mi, used: requests.cpu=900m,requests.memory=1Gi, limited: requests.cpu=1,requests.memory=1Gi",
  ],
  [
    "what nobody has counted yet is not given away",
    "pods=/2",
    "pods=1",
    "status unknown for quota: q, resources: pods",
  ],
  [
    "amounts keep their form",
    "requests.memory=512Mi/2Gi",
    "requests.memory=512Mi",
    "requests.memory=1Gi",
  ],
];
for (const [rule, quota, added, want] of cases) {
  test(rule, () => {
    const verdict = judgeRoom(quotaOf(quota), parseUsage(listOf(added)));
    const used = verdict.kind === "booked" ? formatList(verdict.used) : "free";
    assert.equal(verdict.kind === "refused" ? verdict.message : used, want);
  });
}

test("what did not come is booked out, down to nothing", () => {
  const used = bookedOut(quotaOf("pods=1/2 cpu=3/4"), parseUsage(listOf("pods=1 cpu=1")));
  assert.equal(formatList(used), "cpu=2 pods=0");
});

function quotaOf(text: string): ResourceQuota {
  const hard = new Map<string, string>();
  const used = new Map<string, string>();
  for (const word of text.split(" ")) {
    const [name = "", had = "", bound = ""] = word.split(/[=/]/);
    hard.set(name, bound);
    if (had !== "") used.set(name, had);
  }
  const status = { hard: Object.fromEntries(hard), used: Object.fromEntries(used) };
  return { metadata: { name: "q" }, status };
}

function listOf(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(text.split(" ").map((word) => word.split("=")));
}

function formatList(list: Readonly<Record<string, string>>): string {
  return Object.entries(list)
    .map(([name, amount]) => `${name}=${amount}`)
    .sort()
    .join(" ");
}
