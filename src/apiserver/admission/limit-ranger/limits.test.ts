import assert from "node:assert/strict";
import { test } from "node:test";
import type { Container, LimitRange, Pod } from "#api/core/v1";
import { claimProblems, podProblems, withDefaults } from "./limits.ts";

const memory = { type: "Container", default: { memory: "512Mi" }, defaultRequest: { cpu: "100m" } };

test("containers get the requests and limits that they lack, and the pod tells which", () => {
  const filled = withDefaults(podOf("a", "b cpu=1/2 memory=1Gi/1Gi"), rangeOf(memory));
  assert.deepEqual(
    filled.spec?.containers.map(({ resources }) => resources),
    [
      { limits: { memory: "512Mi" }, requests: { cpu: "100m" } },
      { limits: { cpu: "2", memory: "1Gi" }, requests: { cpu: "1", memory: "1Gi" } },
    ],
  );
  assert.deepEqual(filled.metadata?.annotations, {
    "kubernetes.io/limit-ranger":
      "LimitRanger plugin set: cpu request for container a; memory limit for container a",
  });
});

// Containers as "name resource=request/limit", a limit as "type min|max|ratio resource=amount".
const cases: readonly (readonly [string, string, string])[] = [
  ["a cpu=1/1", "Container max cpu=1", ""],
  ["a cpu=1/2", "Container max cpu=1", "maximum cpu usage per Container is 1, but limit is 2"],
  ["a", "Container max cpu=1", "maximum cpu usage per Container is 1.  No limit is specified"],
  ["a cpu=1500m/", "Container min cpu=1", ""],
  [
    "a cpu=50m/",
    "Container min cpu=100m",
    "minimum cpu usage per Container is 100m, but request is 50m",
  ],
  [
    "a",
    "Container min cpu=100m",
    "minimum cpu usage per Container is 100m.  No request is specified",
  ],
  [
    "a cpu=1/4",
    "Container ratio cpu=3",
    "cpu max limit to request ratio per Container is 3, but provided ratio is 4.000000",
  ],
  [
    "a cpu=1/",
    "Container ratio cpu=3",
    "cpu max limit to request ratio per Container is 3, but no limit is specified or limit is 0",
  ],
  ["a cpu=1/1, b cpu=1/1", "Pod max cpu=2", ""],
  ["a cpu=1/1, b cpu=2/2", "Pod max cpu=2", "maximum cpu usage per Pod is 2, but limit is 3"],
];
for (const [containers, limit, problem] of cases) {
  test(`of [${containers}] the limit [${limit}] says ${problem || "nothing"}`, () => {
    const [type = "", bound = "", name = "", amount = ""] = limit.split(/[ =]/);
    const field = bound === "ratio" ? "maxLimitRequestRatio" : bound;
    const range = rangeOf({ type, [field]: { [name]: amount } });
    assert.equal(podProblems(podOf(...containers.split(", ")), range).join(", "), problem);
  });
}

test("claims have bounds of their own", () => {
  const range = rangeOf({
    type: "PersistentVolumeClaim",
    min: { storage: "1Gi" },
    max: { storage: "2Gi" },
  });
  const claim = (storage: string) =>
    claimProblems({ spec: { resources: { requests: { storage } } } }, range);
  assert.deepEqual(claim("1536Mi"), []);
  assert.deepEqual(claim("500Mi"), [
    "minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 500Mi",
  ]);
  assert.deepEqual(claim("3Gi"), [
    "maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi",
  ]);
});

function rangeOf(...limits: NonNullable<NonNullable<LimitRange["spec"]>["limits"]>): LimitRange {
  return { spec: { limits } };
}

function podOf(...containers: readonly string[]): Pod {
  return { metadata: { name: "web" }, spec: { containers: containers.map(containerOf) } };
}

function containerOf(text: string): Container {
  const [name = "", ...needs] = text.split(" ");
  const requests = new Map<string, string>();
  const limits = new Map<string, string>();
  for (const need of needs) {
    const [resource = "", request = "", limit = ""] = need.split(/[=/]/);
    if (request !== "") requests.set(resource, request);
    if (limit !== "") limits.set(resource, limit);
  }
  return {
    name,
    resources: { requests: Object.fromEntries(requests), limits: Object.fromEntries(limits) },
  };
}
