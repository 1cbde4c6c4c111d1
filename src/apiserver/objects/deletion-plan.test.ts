import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "#api";
import { genericBehavior, type ResourceBehavior } from "../registry/behavior.ts";
import type { DeletionOptions } from "../request/write-options.ts";
import { planDeletion } from "./deletion-plan.ts";
import { metadataOf } from "./metadata.ts";

const nowMs = Date.parse("2026-01-01T00:00:00Z");
const graceful: ResourceBehavior = {
  ...genericBehavior,
  graceSecondsOf: (_object, requested) => requested ?? 30,
};
const plain = genericBehavior;
const orphaning: ResourceBehavior = { ...genericBehavior, defaultPropagation: "Orphan" };

// Objects: finalizers separated by commas, then "@end/grace" when being deleted, in seconds from now.
// Outcome: "removed", "pending", or the object after the mark, in the same notation.
const cases: readonly (readonly [
  why: string,
  behavior: ResourceBehavior,
  object: string,
  options: Pick<DeletionOptions, "graceSeconds" | "propagation">,
  want: string,
])[] = [
  ["a plain object goes at once", plain, "", options(), "removed"],
  ["a grace period that the kind ignores", plain, "", options(9), "removed"],
  ["a finalizer holds it", plain, "f", options(), "f@0/0"],
  ["foreground", plain, "", options(undefined, "Foreground"), "foregroundDeletion@0/0"],
  ["orphan", plain, "", options(undefined, "Orphan"), "orphan@0/0"],
  ["orphan by default", orphaning, "", options(), "orphan@0/0"],
  ["background against the default", orphaning, "", options(undefined, "Background"), "removed"],
  ["a mark replaced", plain, "orphan", options(undefined, "Foreground"), "foregroundDeletion@0/0"],
  ["a mark kept", plain, "foregroundDeletion,f", options(), "f,foregroundDeletion@0/0"],
  ["deleted again", plain, "f@-5/0", options(), "f@-5/0"],
  ["the kind's grace", graceful, "", options(), "@30/30"],
  ["a shorter grace", graceful, "", options(5), "@5/5"],
  ["no grace", graceful, "", options(0), "removed"],
  ["no grace but a finalizer", graceful, "f", options(0), "f@0/0"],
  ["grace and a finalizer", graceful, "f", options(), "f@30/30"],
  ["a second time without a wish", graceful, "@20/30", options(), "pending"],
  ["a second time for longer", graceful, "@20/30", options(60), "pending"],
  ["a second time for shorter", graceful, "@20/30", options(15), "@5/15"],
  ["a second time for less than has passed", graceful, "@5/30", options(10), "@0/1"],
  ["a second time for none", graceful, "@20/30", options(0), "removed"],
  ["none while a finalizer holds", graceful, "f@20/30", options(0), "f@0/0"],
  ["grace that is over", graceful, "@-1/0", options(), "removed"],
];

for (const [why, behavior, object, wish, want] of cases) {
  test(`${why}: [${object}] becomes ${want}`, () => {
    const plan = planDeletion({ behavior, object: parse(object), options: wish, nowMs });
    assert.equal(
      plan.kind === "mark" ? show(plan.object) : plan.kind.replace("remove", "removed"),
      want,
    );
  });
}

test("a first mark counts as a new generation, if the kind counts any", () => {
  const object = { metadata: { name: "x", generation: 3, finalizers: ["f"] } };
  const plan = planDeletion({ behavior: plain, object, options: options(), nowMs });
  assert.equal(plan.kind === "mark" ? metadataOf(plan.object).generation : undefined, 4);
});

function options(
  graceSeconds?: number,
  propagation?: DeletionOptions["propagation"],
): Pick<DeletionOptions, "graceSeconds" | "propagation"> {
  return { graceSeconds, propagation };
}

function parse(text: string): JsonObject {
  const [names = "", mark] = text.split("@");
  const [end, grace] = (mark ?? "").split("/").map(Number);
  return {
    metadata: {
      name: "x",
      ...(names === "" ? {} : { finalizers: names.split(",") }),
      ...(mark === undefined
        ? {}
        : {
            deletionTimestamp: `${new Date(nowMs + (end ?? 0) * 1000).toISOString().slice(0, 19)}Z`,
            deletionGracePeriodSeconds: grace,
          }),
    },
  };
}

function show(object: JsonObject): string {
  const { finalizers = [], deletionTimestamp, deletionGracePeriodSeconds } = metadataOf(object);
  const end = (Date.parse(deletionTimestamp ?? "") - nowMs) / 1000;
  return `${finalizers.join(",")}@${end}/${deletionGracePeriodSeconds}`;
}
