import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live } from "#api";
import type { PersistentVolume, PersistentVolumeClaim } from "#api/core/v1";
import type { StorageClass } from "#api/storage/v1";
import { selectedNodeAnnotation } from "../selected-node.ts";
import { ago } from "../testing.ts";
import { type ClaimPlan, planClaim } from "./plan.ts";

const common = { uid: "u", resourceVersion: "1", creationTimestamp: ago(0) };

// Volumes are written as name=size, with ">claim" when claimed and "!" when released.
function parseVolume(word: string): Live<PersistentVolume> {
  const [, name = "", storage = "", claim] = /^(\w+)=(\w+)(?:>(\w+))?!?$/.exec(word) ?? [];
  return {
    metadata: { ...common, name },
    spec: {
      capacity: { storage },
      accessModes: ["ReadWriteOnce"],
      storageClassName: "fast",
      ...(claim === undefined ? {} : { claimRef: { name: claim, namespace: "default" } }),
    },
    status: { phase: word.endsWith("!") ? "Released" : "Available" },
  };
}

function claimOf(
  storage: string,
  part: Partial<Live<PersistentVolumeClaim>>,
): Live<PersistentVolumeClaim> {
  return {
    metadata: { ...common, name: "data", namespace: "default" },
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: "fast",
      resources: { requests: { storage } },
    },
    status: {},
    ...part,
  };
}

function classOf(volumeBindingMode: string, provisioner: string): Live<StorageClass> {
  return { metadata: { ...common, name: "fast" }, provisioner, volumeBindingMode };
}

function show(plan: ClaimPlan): string {
  return plan.kind === "bind" ? `bind ${plan.volume.metadata.name}` : plan.kind;
}

const none = "kubernetes.io/no-provisioner";
const cases: readonly (readonly [string, string, string, string, string])[] = [
  [
    "takes the smallest volume that is large enough",
    "2Gi",
    "a=1Gi b=4Gi c=3Gi",
    "Immediate",
    "bind c",
  ],
  [
    "leaves claimed and released volumes alone",
    "1Gi",
    "a=1Gi>other b=1Gi! c=9Gi",
    "Immediate",
    "bind c",
  ],
  ["takes what was reserved for it", "1Gi", "a=1Gi b=5Gi>data", "Immediate", "bind b"],
  ["waits for a volume when there is none", "1Gi", "", "Immediate", "awaitVolume"],
  [
    "waits for a pod when its class says so",
    "1Gi",
    "a=1Gi",
    "WaitForFirstConsumer",
    "awaitConsumer",
  ],
];

for (const [rule, size, volumes, mode, want] of cases) {
  test(`a claim ${rule}: ${size} of [${volumes}]`, () => {
    const words = volumes.split(" ").filter((word) => word !== "");
    const plan = planClaim(claimOf(size, {}), words.map(parseVolume), classOf(mode, none));
    assert.equal(show(plan), want);
  });
}

test("a class with a provisioner makes volumes once a pod has a node", () => {
  const annotations = { [selectedNodeAnnotation]: "node-1" };
  const metadata = { ...common, name: "data", namespace: "default", annotations };
  const plan = planClaim(
    claimOf("1Gi", { metadata }),
    [],
    classOf("WaitForFirstConsumer", "example.com/disk"),
  );
  assert.deepEqual(plan, { kind: "awaitProvisioner", provisioner: "example.com/disk" });
});
