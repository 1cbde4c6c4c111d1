import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "#api";
import { prometheusRule } from "#api/monitoring/v1";
import { bindingsAfter } from "./verdict-reporter.ts";

const [before, now] = ["2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z"];
const own = { group: "monitoring.coreos.com", resource: "prometheuses" } as const;
const others = { ...own, name: "k8s", namespace: "monitoring" };

// A condition as `status generation message`, and what it becomes with when it has changed.
for (const [why, present, problem, want] of [
  ["an object is new", undefined, undefined, "True 2 - now"],
  ["it cannot be used", undefined, "bad", "False 2 bad now"],
  ["nothing has changed", "True 2", undefined, "as it was"],
  ["it was changed and still works", "True 1", undefined, "True 2 - before"],
  ["it is broken in another way", "False 2 worse", "bad", "False 2 bad before"],
  ["it works again", "False 2 bad", undefined, "True 2 - now"],
] as const) {
  test(`the status when ${why}: ${want}`, () => {
    const bindings = [others, ...(present === undefined ? [] : [bindingOf(present)])];
    const object = {
      metadata: {
        name: "n",
        namespace: "ns",
        uid: "u",
        resourceVersion: "1",
        creationTimestamp: before,
        generation: 2,
      },
      status: { bindings },
    };
    const after = bindingsAfter({ kind: prometheusRule, object, problem }, now);
    assert.equal(after === undefined ? "as it was" : show(after), want);
  });
}

function bindingOf(text: string) {
  const [status = "", generation = "", message] = text.split(" ");
  const condition = {
    type: "Accepted",
    status,
    lastTransitionTime: before,
    observedGeneration: Number(generation),
    ...(message === undefined ? {} : { reason: "InvalidConfiguration", message }),
  } as const;
  return { ...own, name: "wherry", namespace: "kube-system", conditions: [condition] };
}

function show(bindings: readonly JsonObject[]): string {
  assert.deepEqual(bindings[0], others);
  const { conditions } = bindings[1] as unknown as ReturnType<typeof bindingOf>;
  const [condition] = conditions;
  assert.ok(condition !== undefined);
  const { status, observedGeneration, lastTransitionTime } = condition;
  const message = "message" in condition ? condition.message : "-";
  const since = lastTransitionTime === now ? "now" : "before";
  return `${status} ${observedGeneration} ${message} ${since}`;
}
