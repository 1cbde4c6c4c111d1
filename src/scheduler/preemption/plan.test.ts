import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/testing";
import { labelSelectorOf } from "#api";
import { ClusterState } from "../cluster-state.ts";
import { decide } from "../cycle.ts";
import { needsOf } from "../pod-needs.ts";
import { defaultProfile } from "../profile.ts";
import { parseNode, parsePod } from "../testing.ts";
import { planPreemption } from "./plan.ts";

/** The node and the victims, or "none". Budgets protect pods labelled app=NAME, none to spare. */
function preempt(cluster: string, pod: string, budgetFor?: string): string {
  const state = new ClusterState();
  for (const line of cluster.split("; ")) {
    const space = line.indexOf(" ");
    const rest = line.slice(space + 1);
    if (line.startsWith("node ")) state.putNode(parseNode(rest));
    else {
      const placed = parsePod(rest);
      state.placePod(needsOf(placed), placed.spec.nodeName ?? "", "observed");
    }
  }
  const needs = needsOf(parsePod(pod));
  const profile = defaultProfile;
  const decision = decide({
    needs,
    cluster: state,
    profile,
    random: seededRandom(1),
    startIndex: 0,
    phaseEnded: () => {},
  });
  assert.ok(decision.kind === "refused");
  const selector = labelSelectorOf({ app: budgetFor ?? "" });
  const plan = planPreemption({
    needs,
    cluster: state,
    filters: profile.filters,
    refusals: decision.refusals,
    budgets:
      budgetFor === undefined ? [] : [{ namespace: "default", selector, disruptionsAllowed: 0 }],
  });
  if (plan === undefined) return "none";
  return `${plan.node}: ${plan.victims.map(({ key }) => key.name).join(" ")}`;
}

const cases: readonly (readonly [string, string, string, string])[] = [
  [
    "takes the place of a less important pod",
    "node a cpu=2; pod x on=a cpu=2",
    "p cpu=2 priority=10",
    "a: x",
  ],
  ["spares equals", "node a cpu=2; pod x on=a cpu=2 priority=10", "p cpu=2 priority=10", "none"],
  [
    "takes no more than needed",
    "node a cpu=3; pod x on=a cpu=1; pod y on=a cpu=2 priority=5",
    "p cpu=1 priority=10",
    "a: x",
  ],
  [
    "prefers the node with the least important victims",
    "node a cpu=1; node b cpu=1; pod x on=a cpu=1 priority=5; pod y on=b cpu=1 priority=1",
    "p cpu=1 priority=10",
    "b: y",
  ],
  [
    "does not try nodes that are too small",
    "node a cpu=1; pod x on=a cpu=1",
    "p cpu=2 priority=10",
    "none",
  ],
];

for (const [rule, cluster, pod, want] of cases) {
  test(`an important pod ${rule}: [${cluster}] and ${pod}`, () => {
    assert.equal(preempt(cluster, pod), want);
  });
}

test("pods protected by a disruption budget are spared where others can go", () => {
  const cluster = "node a cpu=2; pod x on=a cpu=1 app=web; pod y on=a cpu=1 app=batch";
  assert.equal(preempt(cluster, "p cpu=1 priority=10", "web"), "a: y");
});
