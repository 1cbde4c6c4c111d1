import assert from "node:assert/strict";
import { test } from "node:test";
import { describeUnneeded, planScaleDown, type ScaleDownMemory } from "./plan-scale-down.ts";
import { factsOf } from "./testing.ts";

const nowMs = Date.UTC(2026, 0, 1);
const long = nowMs - 3_600_000;

// Groups, nodes and pods; every node has been unneeded for an hour if it is unneeded at all. What is wanted: the
// nodes that go, each with the pods that move, then those that stay, and why.
const cases: readonly (readonly [
  rule: string,
  groups: string,
  nodes: string,
  pods: string,
  want: string,
])[] = [
  ["an empty node goes", "g 0-5", "a of=g", "", "a[]"],
  ["the last ones stay", "g 1-5", "a of=g", "", "a NodeGroupMinSizeReached"],
  ["not below the least size", "g 1-5", "a of=g; b of=g", "", "a[] b NodeGroupMinSizeReached"],
  ["a node of no group is nobody's business", "g 0-5", "a", "", ""],
  [
    "a node that is used more than by half stays",
    "g 0-5",
    "a of=g; b",
    "x on=a cpu=2100m",
    "a NotUnderutilized",
  ],
  ["memory counts, too", "g 0-5", "a of=g; b", "x on=a memory=5Gi", "a NotUnderutilized"],
  ["pods that have a place elsewhere move", "g 0-5", "a of=g; b", "x on=a cpu=1", "a[x]"],
  [
    "pods without a place hold their node",
    "g 0-5",
    "a of=g; b cpu=1",
    "x on=a cpu=2",
    "a NoPlaceToMovePods",
  ],
  [
    "two half empty nodes become one",
    "g 0-5",
    "a of=g; b of=g",
    "x on=a cpu=2; y on=b cpu=2",
    "a[x] b NoPlaceToMovePods",
  ],
  [
    "empty ones go before those that are drained",
    "g 0-5",
    "a of=g; b of=g; c",
    "x on=a cpu=1",
    "b[] a[x]",
  ],
  [
    "one is drained at a time",
    "g 0-5",
    "a of=g; b of=g; c",
    "x on=a cpu=1; y on=b cpu=1",
    "a[x] b TooManyAtOnce",
  ],
  ["a node that is starting stays", "g 0-5", "a of=g age=5 unready", "", "a NotStarted"],
  [
    "a node that goes already is not asked",
    "g 0-5",
    "a of=g taint=ToBeDeletedByClusterAutoscaler:NoSchedule",
    "",
    "",
  ],
];

for (const [rule, groups, nodes, pods, want] of cases) {
  test(`shrinking: ${rule}`, () => {
    assert.equal(show({ groups, nodes, pods }), want);
  });
}

test("shrinking: a budget that allows nothing holds the node", () => {
  const facts = { groups: "g 0-5", nodes: "a of=g; b", pods: "x on=a cpu=1 app=web" };
  assert.equal(show({ ...facts, budgets: "web allows 0" }), "a BlockedByPod");
  assert.equal(show({ ...facts, budgets: "web allows 1" }), "a[x]");
});

test("shrinking: what one node takes of a budget the next one has not", () => {
  const pods = "x on=a cpu=1 app=web; y on=b cpu=1 app=web";
  const facts = { groups: "g 0-5", nodes: "a of=g; b of=g; c", pods };
  assert.equal(show({ ...facts, budgets: "web allows 1" }), "a[x] b BlockedByPod");
});

const memories: readonly (readonly [
  rule: string,
  memory: Partial<ScaleDownMemory>,
  want: string,
])[] = [
  [
    "a node that has just become unneeded waits",
    { unneededSince: new Map() },
    "NotUnneededLongEnough",
  ],
  ["for ten minutes", { unneededSince: since(599_000) }, "NotUnneededLongEnough"],
  ["and no longer", { unneededSince: since(600_000) }, ""],
  ["also after nodes were added", { grownAtMs: nowMs - 599_000 }, "InCooldown"],
  ["but not for ever", { grownAtMs: nowMs - 600_000 }, ""],
  ["and three minutes after a failure", { failedAtMs: nowMs - 179_000 }, "InCooldown"],
  ["ten nodes go at the same time at most", { removing: tenOthers() }, "TooManyAtOnce"],
];

for (const [rule, memory, want] of memories) {
  test(`when a node goes: ${rule}`, () => {
    const facts = factsOf({ groups: "g 0-50", nodes: "a of=g", nowMs });
    const { kept, remove } = planScaleDown(facts, { ...forLong(["a"]), ...memory });
    assert.equal(kept.get("a")?.reason ?? "", want);
    assert.equal(remove.length, want === "" ? 1 : 0);
  });
}

test("why a node goes is told with what it has", () => {
  const facts = factsOf({ groups: "g 0-5", nodes: "a of=g; b", pods: "x on=a cpu=1", nowMs });
  const [found] = planScaleDown(facts, forLong(["a"])).remove;
  assert.ok(found !== undefined);
  assert.equal(
    describeUnneeded(found, nowMs),
    "unneeded for 1h0m0s: its pod requests 25% of it and has a place elsewhere",
  );
});

function since(agoMs: number): ReadonlyMap<string, number> {
  return new Map([["a", nowMs - agoMs]]);
}

function tenOthers(): ReadonlyMap<string, "empty" | "drain"> {
  return new Map(Array.from({ length: 10 }, (_, index) => [`other-${index}`, "empty" as const]));
}

function forLong(names: readonly string[]): ScaleDownMemory {
  return {
    unneededSince: new Map(names.map((name) => [name, long])),
    grownAtMs: undefined,
    failedAtMs: undefined,
    removing: new Map(),
  };
}

function show(notation: Omit<Parameters<typeof factsOf>[0], "nowMs">): string {
  const facts = factsOf({ ...notation, nowMs });
  const { remove, kept } = planScaleDown(facts, forLong(["a", "b"]));
  const going = remove.map(({ node, pods }) => {
    return `${node.metadata.name}[${pods.map(({ metadata }) => metadata.name).join(" ")}]`;
  });
  return [...going, ...[...kept].map(([name, { reason }]) => `${name} ${reason}`)].join(" ");
}
