import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live, LiveMetadata } from "#api";
import type { PersistentVolumeClaim, Pod } from "#api/core/v1";
import { ago } from "../testing.ts";
import { planProtection, usesClaim } from "./plan.ts";

// An object as its finalizers, "~" when it is being deleted.
const protections: readonly (readonly [rule: string, object: string, want: string])[] = [
  ["an object without the finalizer gets it", "", "protect"],
  ["whatever others it has", "theirs", "protect"],
  ["one that has it keeps it", "ours", "nothing"],
  ["one that is being deleted loses it", "ours ~", "release"],
  ["one that is being deleted does not get it any more", "theirs ~", "nothing"],
];

for (const [rule, object, want] of protections) {
  test(`protection: ${rule}`, () => {
    const words = object.split(" ").filter((word) => word !== "");
    const finalizers = words.filter((word) => word !== "~");
    const going = words.includes("~") ? { deletionTimestamp: ago(1) } : {};
    assert.equal(planProtection({ ...metadataOf("x"), finalizers, ...going }, "ours"), want);
  });
}

// A pod as "node claim", "-" for no node; "@name" is a claim made for the pod alone, and "~0" means
// that its node is done with it. The claims are "data" and "web-own", the latter made for the pod.
const uses: readonly (readonly [rule: string, pod: string, claim: string, want: boolean])[] = [
  ["a pod on a node uses its claim", "a data", "data", true],
  ["and no other", "a logs", "data", false],
  ["a pod without a node uses none", "- data", "data", false],
  ["a pod that its node is done with still does", "a data ~0", "data", true],
  ["a pod uses the claim that was made for it", "a @own", "web-own", true],
  ["until its node is done with it", "a @own ~0", "web-own", false],
  ["a claim that only bears the name is not its own", "a @data", "web-data", false],
];

for (const [rule, notation, claim, want] of uses) {
  test(`use: ${rule}`, () => {
    assert.equal(usesClaim(parsePod(notation), claimOf(claim)), want);
  });
}

function parsePod(notation: string): Live<Pod> {
  const [node = "", volume = "", end] = notation.split(" ");
  const name = volume.replace("@", "");
  const source = volume.startsWith("@")
    ? { ephemeral: {} }
    : { persistentVolumeClaim: { claimName: name } };
  const gone = { deletionTimestamp: ago(1), deletionGracePeriodSeconds: 0 };
  return {
    metadata: { ...metadataOf("web"), ...(end === "~0" ? gone : {}) },
    spec: { nodeName: node === "-" ? "" : node, containers: [], volumes: [{ name, ...source }] },
    status: {},
  };
}

function claimOf(name: string): Live<PersistentVolumeClaim> {
  const ownerReferences = [{ apiVersion: "v1", kind: "Pod", name: "web", uid: "uid-web" }];
  const owned = name === "web-own" ? { ownerReferences } : {};
  return { metadata: { ...metadataOf(name), ...owned }, spec: {}, status: {} };
}

function metadataOf(name: string): LiveMetadata {
  const times = { resourceVersion: "1", creationTimestamp: ago(60) };
  return { name, namespace: "default", uid: `uid-${name}`, ...times };
}
