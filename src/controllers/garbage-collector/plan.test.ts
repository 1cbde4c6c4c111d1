import assert from "node:assert/strict";
import { test } from "node:test";
import { findResource } from "#api";
import type { Member } from "./graph.ts";
import { type CollectPlan, type OwnerState, planCollection } from "./plan.ts";

// An object is written as its owners with their states ("a+" alive, "a?" waiting, "a-" absent), then
// "~" when it is being deleted, and its finalizers in brackets.
function parse(notation: string): { member: Member; states: ReadonlyMap<string, OwnerState> } {
  const states = new Map<string, OwnerState>();
  const marks: Readonly<Record<string, OwnerState>> = {
    "+": "alive",
    "?": "waiting",
    "-": "absent",
  };
  const words = notation.split(" ").filter((word) => word !== "");
  for (const word of words.filter((candidate) => /^\w[+?-]$/.test(candidate))) {
    states.set(word.slice(0, 1), marks[word.slice(1)] ?? "absent");
  }
  const finalizers = words.filter((word) => word.startsWith("[")).map((word) => word.slice(1, -1));
  return { member: memberOf([...states.keys()], finalizers, words.includes("~")), states };
}

function memberOf(
  owners: readonly string[],
  finalizers: readonly string[],
  isBeingDeleted: boolean,
) {
  const kind = findResource("", "v1", "pods");
  assert.ok(kind);
  return {
    kind,
    namespace: "default",
    name: "x",
    uid: "x",
    owners: owners.map((uid) => ({
      apiVersion: "v1",
      kind: "Pod",
      name: uid,
      uid,
      blockOwnerDeletion: true,
    })),
    finalizers,
    isBeingDeleted,
  };
}

function show(plan: CollectPlan): string {
  switch (plan.kind) {
    case "delete":
      return `delete ${plan.policy}`;
    case "dropOwners":
      return `drop ${plan.uids.join(" ")}`;
    case "removeFinalizer":
      return `unfinalize ${plan.finalizer}`;
    default:
      return plan.kind;
  }
}

const cases: readonly (readonly [string, string, number, string])[] = [
  ["an object without owners stays", "", 0, "keep"],
  ["an owned object stays", "a+", 0, "keep"],
  ["the last owner takes its object along", "a-", 0, "delete Background"],
  ["one living owner is enough, and the gone are forgotten", "a+ b-", 0, "drop b"],
  ["what an owner waits for goes", "a?", 0, "delete Background"],
  ["and passes the wait on to its own dependents", "a?", 1, "delete Foreground"],
  ["a foreground deletion waits for dependents", "~ [foregroundDeletion]", 1, "awaitDependents"],
  ["and ends when none is left", "~ [foregroundDeletion]", 0, "unfinalize foregroundDeletion"],
  ["an orphaning deletion lets dependents go free", "~ [orphan]", 2, "orphan"],
  ["and then ends", "~ [orphan]", 0, "unfinalize orphan"],
  ["an object on its way out is left alone", "a- ~", 0, "keep"],
];

for (const [rule, notation, dependentCount, want] of cases) {
  test(`${rule}: [${notation}] with ${dependentCount} dependents`, () => {
    const { member, states } = parse(notation);
    const dependents = Array.from({ length: dependentCount }, () => memberOf(["x"], [], false));
    const plan = planCollection(member, dependents, ({ uid }) => states.get(uid) ?? "absent");
    assert.equal(show(plan), want);
  });
}
