import assert from "node:assert/strict";
import { test } from "node:test";
import { type ResourceKind, servedKinds } from "../catalog.ts";
import { isJsonObject, listAt, textAt } from "../json-value.ts";
import type { JsonObject, JsonValue } from "../schema/schema.ts";
import { oracleSkip, readOracleJson } from "../testing/oracles.ts";
import { discoveryOf } from "./discovery.ts";

const options = { serverAddress: "10.0.0.1:6443", dynamicGroups: [] };

test("the core group lists what upstream lists", { skip: oracleSkip }, async () => {
  const { legacy } = await discoveryOf(servedKinds, options);
  const expected = readOracleJson("discovery-core-v1.json") as JsonObject;
  const { apiVersion: _, ...served } = legacy.get("/api/v1") ?? {};
  assert.deepEqual(served, expected);
});

/** Groups that are refused until their behaviour exists. */
const unserved = [
  "apiregistration.k8s.io",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "flowcontrol.apiserver.k8s.io",
  "internal.apiserver.k8s.io",
  "storagemigration.k8s.io",
];

test("the stable versions of the groups are what upstream serves", {
  skip: oracleSkip,
}, async () => {
  const { aggregated } = await discoveryOf(servedKinds.filter(isUpstreams), options);
  const upstream = readOracleJson("discovery-groups.json") as JsonObject;
  const expected = listAt(upstream, "items")
    .filter((group) => !unserved.includes(textAt(group, "metadata", "name")))
    .map((group) => ({ ...object(group), versions: listAt(group, "versions").filter(isStable) }));
  const served = listAt(aggregated.get("/apis"), "items");
  assert.deepEqual(served.map(nameOf), expected.map(nameOf));
  assert.deepEqual(served, expected);
});

/** Beside the groups of upstream's own server stand custom ones, that of metrics-server and our own. */
function isUpstreams({ package: { group, isCustom } }: ResourceKind): boolean {
  return isCustom !== true && group !== "metrics.k8s.io" && group !== "explain.wherry";
}

function isStable(version: JsonValue): boolean {
  return /^v\d+$/.test(textAt(version, "version"));
}

function nameOf(group: JsonValue): string {
  return textAt(group, "metadata", "name");
}

function object(value: JsonValue): JsonObject {
  assert.ok(isJsonObject(value));
  return value;
}

test("every path has its document", async () => {
  const { legacy, aggregated } = await discoveryOf(servedKinds, options);
  assert.deepEqual(legacy.get("/api"), {
    kind: "APIVersions",
    versions: ["v1"],
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: "10.0.0.1:6443" }],
  });
  assert.deepEqual(legacy.get("/apis/autoscaling"), {
    kind: "APIGroup",
    apiVersion: "v1",
    name: "autoscaling",
    versions: [
      { groupVersion: "autoscaling/v2", version: "v2" },
      { groupVersion: "autoscaling/v1", version: "v1" },
    ],
    preferredVersion: { groupVersion: "autoscaling/v2", version: "v2" },
  });
  assert.equal(textAt(legacy.get("/apis/apps/v1"), "groupVersion"), "apps/v1");
  assert.equal(listAt(aggregated.get("/api"), "items").length, 1);
});
