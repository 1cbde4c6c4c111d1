import assert from "node:assert/strict";
import { test } from "node:test";
import { nextStep, type Removal } from "./removal.ts";
import { parseGroupPod } from "./testing.ts";

const nowMs = Date.UTC(2026, 0, 1);

// What the removal is of, how long ago the node was marked and eviction was tried, in seconds, and the pods that
// are there: "~" is being deleted.
const cases: readonly (readonly [
  rule: string,
  kind: "empty" | "drain",
  marked: number,
  tried: number | undefined,
  pods: string,
  want: string,
])[] = [
  ["waits for what is on its way to the node", "empty", 4, undefined, "", "wait"],
  ["deletes an empty node", "empty", 5, undefined, "", "delete"],
  [
    "lets a node be that has got pods",
    "empty",
    5,
    undefined,
    "p",
    'give up: failed to delete empty node "a", new pods scheduled',
  ],
  ["evicts all pods at once", "drain", 5, undefined, "p q", "evict p q"],
  ["tries again after a while", "drain", 12, 8, "p", "wait"],
  ["and again", "drain", 20, 10, "p", "evict p"],
  [
    "gives up in the end",
    "drain",
    125,
    115,
    "p",
    "give up: failed to evict pod default/p within allowed timeout (last error: no)",
  ],
  ["waits for pods that end", "drain", 60, 10, "~p", "wait"],
  ["deletes the node when they are gone", "drain", 60, 10, "", "delete"],
  ["waits for ever for nobody", "drain", 755, 10, "~p", "give up: pods remaining after timeout"],
];

for (const [rule, kind, marked, tried, pods, want] of cases) {
  test(`removing a node: ${rule}`, () => {
    const known = { node: "a", group: "g", why: "", pods: [], lastError: "no", isDeleted: false };
    const removal: Removal = {
      ...known,
      kind,
      sinceMs: nowMs - marked * 1000,
      triedAtMs: tried === undefined ? undefined : nowMs - tried * 1000,
    };
    const step = nextStep(removal, pods.split(" ").filter(Boolean).map(podOf), nowMs);
    const names = step.kind === "evict" ? step.pods.map(({ metadata }) => metadata.name) : [];
    const why = step.kind === "give up" ? `: ${step.why}` : "";
    assert.equal([step.kind, ...names].join(" ") + why, want);
  });
}

function podOf(notation: string) {
  const pod = parseGroupPod(`${notation.replace("~", "")} on=a`);
  if (!notation.startsWith("~")) return pod;
  return { ...pod, metadata: { ...pod.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" } };
}
