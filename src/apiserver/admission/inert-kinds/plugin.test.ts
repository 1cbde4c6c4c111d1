import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type AnyKind, findKind } from "#api";
import { userOf } from "../../authentication.ts";
import { inertKinds, inertKindWarnings } from "./plugin.ts";

// What is written, as operation, apiVersion, kind and subresource; what is warned of.
const cases: readonly (readonly [rule: string, request: string, want: string])[] = [
  [
    "a new object of an inert kind",
    "CREATE networking.k8s.io/v1 Ingress",
    "networking.k8s.io/v1 Ingress is stored, but nothing in this cluster acts on it yet",
  ],
  ["one of the core group", "CREATE v1 ResourceQuota", ""],
  ["an object that is changed was warned of before", "UPDATE networking.k8s.io/v1 Ingress", ""],
  ["a kind that somebody acts on", "CREATE apps/v1 Deployment", ""],
  ["a kind that somebody will soon act on", "CREATE autoscaling/v2 HorizontalPodAutoscaler", ""],
];

for (const [rule, request, want] of cases) {
  test(`warnings: ${rule}`, async () => {
    assert.deepEqual(await warningsFor(request, {}), want === "" ? [] : [want]);
  });
}

test("warnings: a pod is told that its devices have no effect", async () => {
  const resourceClaims = [{ name: "gpu", resourceClaimName: "gpu" }];
  const spec = { containers: [], resourceClaims };
  assert.deepEqual(await warningsFor("CREATE v1 Pod", { spec }), [
    "spec.resourceClaims is stored, but nothing in this cluster acts on it yet",
  ]);
});

test("what is warned of is listed for people", () => {
  const page = new URL("../../../../docs/reference/unsupported.md", import.meta.url);
  const text = readFileSync(page, "utf8");
  const unlisted = Object.values(inertKinds)
    .flat()
    .filter((kind) => !new RegExp(`\\b${kind}(?:e?s)?\\b`).test(text));
  assert.deepEqual(unlisted, []);
});

async function warningsFor(request: string, object: object): Promise<readonly string[]> {
  const [operation, apiVersion = "", kindName = "", subresource = ""] = request.split(" ");
  const kind: AnyKind | undefined = findKind(apiVersion, kindName);
  assert.ok(kind, request);
  const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  const warnings: string[] = [];
  await inertKindWarnings.validate?.(
    {
      operation: operation as "CREATE" | "UPDATE",
      user: userOf("someone"),
      resource: { group: group ?? "", version: version ?? "", name: "" },
      subresource,
      kind,
      key: { namespace: "", name: "x" },
      object: JSON.parse(JSON.stringify(object)),
      oldObject: operation === "UPDATE" ? {} : undefined,
      options: {},
      dryRun: false,
      warn: (text) => void warnings.push(text),
    },
    new AbortController().signal,
  );
  return warnings;
}
