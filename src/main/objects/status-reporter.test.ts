import assert from "node:assert/strict";
import { test } from "node:test";
import { onCallSchedule } from "#api/oncall/v1";
import { statusChange, type StatusReport } from "./status-reporter.ts";

const [before, now] = ["2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z"];

// The condition as `status generation message` and who is on call, as they are and as they are to be.
for (const [why, present, wanted, want] of [
  ["an object is new", undefined, "True - alice", "True 2 - now, alice"],
  ["nothing has changed", "True 2 - alice", "True - alice", "as it was"],
  ["it was edited and still works", "True 1 - alice", "True - alice", "True 2 - before, alice"],
  ["it breaks", "True 2 - alice", "False bad alice", "False 2 bad now, alice"],
  ["it is broken otherwise", "False 2 worse alice", "False bad alice", "False 2 bad before, alice"],
  ["somebody takes over", "True 2 - alice", "True - bob", "True 2 - before, bob"],
  ["nobody takes over", "True 2 - alice", "True - ", "True 2 - before, null"],
] as const) {
  test(`the status when ${why}: ${want}`, () => {
    const metadata = { name: "n", namespace: "ns", uid: "u", generation: 2 };
    const object = present === undefined ? { metadata } : { metadata, status: statusOf(present) };
    const [status = "True", message = "", onCall = ""] = wanted.split(" ");
    const report: StatusReport = {
      kind: onCallSchedule,
      object,
      conditions: [{ type: "Accepted", status: status as "True", reason: "R", message }],
      further: onCall === "" ? {} : { onCall },
    };
    assert.equal(show(statusChange(report, now)), want);
  });
}

function statusOf(text: string) {
  const [status = "", generation = "", message = "", onCall = ""] = text.split(" ");
  const observedGeneration = Number(generation);
  const times = { observedGeneration, lastTransitionTime: before };
  return {
    observedGeneration,
    conditions: [{ type: "Accepted", status, reason: "R", message, ...times }],
    onCall,
  };
}

function show(change: ReturnType<typeof statusChange>): string {
  if (change === undefined) return "as it was";
  const { conditions, onCall } = change as unknown as ReturnType<typeof statusOf>;
  const [condition] = conditions;
  assert.ok(condition);
  const since = condition.lastTransitionTime === now ? "now" : "before";
  const { status, observedGeneration, message } = condition;
  return `${status} ${observedGeneration} ${message} ${since}, ${onCall}`;
}
