import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live } from "#api";
import type { ReplicaSet } from "#api/apps/v1";
import { ago } from "../testing.ts";
import { desiredAnnotation, maxAnnotation } from "./replica-sets.ts";
import {
  planNewSet,
  planOldSets,
  planProportionally,
  type RolloutBounds,
  type Scale,
} from "./rollout.ts";

// ReplicaSets are written oldest first as name=replicas/available; the last one is the new set.
function parseSets(notation: string, toldDesired = 0, toldMax = 0): readonly Live<ReplicaSet>[] {
  return notation.split(" ").map((word, index) => {
    const [, name = "", replicas = "0", available = "0"] = /^(\w+)=(\d+)\/(\d+)$/.exec(word) ?? [];
    return {
      metadata: {
        name,
        uid: name,
        resourceVersion: "1",
        creationTimestamp: ago(1_000 - index),
        annotations: { [desiredAnnotation]: `${toldDesired}`, [maxAnnotation]: `${toldMax}` },
      },
      spec: { replicas: Number(replicas), selector: {} },
      status: { replicas: Number(replicas), availableReplicas: Number(available) },
    };
  });
}

function show(scales: readonly Scale[]): string {
  return scales.map(({ set, replicas }) => `${set.metadata.name}→${replicas}`).join(" ");
}

/** Bounds are written as desired+surge-unavailable. */
function parseBounds(notation: string): RolloutBounds {
  const [, desired, surge, unavailable] = /^(\d+)\+(\d+)-(\d+)$/.exec(notation) ?? [];
  return { desired: Number(desired), surge: Number(surge), unavailable: Number(unavailable) };
}

const growths: readonly (readonly [string, string, string, string])[] = [
  ["grows by the surge", "10+2-2", "old=10/10 new=0/0", "new→2"],
  ["grows into the room that old pods left", "10+2-2", "old=6/6 new=2/2", "new→6"],
  ["never exceeds the desired size", "3+5-0", "old=0/0 new=1/1", "new→3"],
  ["waits while there is no room", "10+0-2", "old=10/10 new=0/0", ""],
  ["shrinks at once when it is too large", "3+1-1", "old=0/0 new=5/5", "new→3"],
];

for (const [rule, bounds, notation, want] of growths) {
  test(`the new set ${rule}: ${bounds} with ${notation}`, () => {
    const sets = parseSets(notation);
    const newSet = sets.at(-1);
    assert.ok(newSet);
    assert.equal(show(planNewSet(parseBounds(bounds), newSet, sets)), want);
  });
}

const shrinks: readonly (readonly [string, string, string, string])[] = [
  ["give up what may be unavailable", "10+2-2", "old=10/10 new=2/0", "old→8"],
  ["give up one for each available new pod", "10+2-2", "old=8/8 new=4/2", "old→6"],
  ["lose unhealthy pods first", "10+2-2", "a=5/0 b=5/5 new=2/0", "a→3"],
  ["keep the minimum available", "10+2-0", "old=10/10 new=2/0", ""],
  ["vanish when the new set has taken over", "3+1-0", "old=1/1 new=3/3", "old→0"],
];

for (const [rule, bounds, notation, want] of shrinks) {
  test(`old sets ${rule}: ${bounds} with ${notation}`, () => {
    const sets = parseSets(notation);
    const newSet = sets.at(-1);
    assert.ok(newSet);
    assert.equal(show(planOldSets(parseBounds(bounds), newSet, sets.slice(0, -1))), want);
  });
}

const proportions: readonly (readonly [string, string, string, string])[] = [
  ["a single set takes all of it", "5+0-0", "old=3/3 new=0/0", "old→5"],
  ["two sets share growth by size", "20+0-0", "old=5/5 new=5/5", "new→10 old→10"],
  ["two sets share shrinkage by size", "5+0-0", "old=6/6 new=4/4", "new→2 old→3"],
  ["a finished new set leaves nothing to old ones", "10+0-0", "old=2/2 new=10/10", "old→0"],
];

for (const [rule, bounds, notation, want] of proportions) {
  test(`when the size changes ${rule}: ${bounds} with ${notation}`, () => {
    const sets = parseSets(notation, 10, 10);
    const shown = show(planProportionally(parseBounds(bounds), sets.at(-1), sets));
    assert.equal(shown.split(" ").sort().join(" "), want);
  });
}
