import assert from "node:assert/strict";
import { test } from "node:test";
import { memberOf, objectAt, textAt, valueAt } from "../json-value.ts";
import { objectMeta } from "../meta/v1/object-meta.ts";
import { type AnyKind, declarationsOf, field, int32, type JsonObject } from "../schema/schema.ts";
import { applyConfiguration } from "./apply-configuration.ts";
import { fieldSetOf, pathsOf } from "./field-set.ts";
import type { KindVersions } from "./kind-versions.ts";
import { decodeOwners } from "./owner.ts";
import { fieldElement, formatPath } from "./path-element.ts";
import { trackUpdate } from "./track-update.ts";
import type { WriteTarget } from "./write-target.ts";

// A knob has spec.size in v1 and spec.count in v2; v3 is not served any more.
const v1 = knobIn("v1", "size");
const v2 = knobIn("v2", "count");
const versions: KindVersions = {
  findKind: (apiVersion) => [v1, v2].find((kind) => `test/${kind.package.version}` === apiVersion),
  convert: (object, apiVersion) => (apiVersion === "test/v1" ? toV1(object) : toV2(object)),
};

test("fields owned in one version are in conflict with changes in another", () => {
  const live = apply(v1, {}, "a", { size: 1, other: 1 });
  assert.throws(() => apply(v2, toV2(live), "b", { count: 2 }), {
    message: 'Apply failed with 1 conflict: conflict with "a": .spec.size',
  });
});

test("an apply in a new version takes back what the last one gave in the old", () => {
  const live = apply(v1, {}, "a", { size: 1, other: 1 });
  const next = apply(v2, toV2(live), "a", { other: 1 });
  assert.deepEqual(valueAt(next, "spec"), { other: 1 });
  assert.equal(show(next), "a test/v2 .spec.other");
});

test("what another owns in its own version stays", () => {
  const live = apply(v2, toV2(apply(v1, {}, "a", { size: 1, other: 1 })), "b", { count: 1 });
  const next = apply(v2, live, "a", { other: 1 });
  assert.deepEqual(valueAt(next, "spec"), { count: 1, other: 1 });
  assert.equal(show(next), "b test/v2 .spec.count; a test/v2 .spec.other");
});

test("an update in another version takes what it changes", () => {
  const live = toV2(apply(v1, {}, "a", { size: 1, other: 1 }));
  const after = { ...live, spec: { count: 2, other: 1 } };
  const next = trackUpdate({ target: targetOf(v2), before: live, after, manager: "b", time: "" });
  assert.equal(show(next), "a test/v1 .spec.other; b test/v2 .spec.count");
});

test("owners in versions that are not served any more disappear", () => {
  const live = apply(v1, {}, "a", { size: 1 });
  const old = {
    manager: "z",
    operation: "Apply",
    apiVersion: "test/v3",
    fieldsType: "FieldsV1",
    fieldsV1: { "f:spec": { "f:gone": {} } },
  };
  const entries = [old, ...(valueAt(live, "metadata", "managedFields") as JsonObject[])];
  const stored = { ...live, metadata: { ...objectAt(live, "metadata"), managedFields: entries } };
  assert.equal(
    show(apply(v1, stored, "b", { other: 1 })),
    "a test/v1 .spec.size; b test/v1 .spec.other",
  );
});

test("fields that an endpoint resets are not owned by writes there", () => {
  const resetFields = new Map([["test/v1", fieldSetOf(["spec", "other"].map(fieldElement))]]);
  const target = { ...targetOf(v1), resetFields };
  const after = { ...bodyOf(v1, { size: 1, other: 1 }) };
  const created = trackUpdate({ target, before: {}, after, manager: "", time: "" });
  assert.equal(show(created), "unknown test/v1 .spec.size");
});

function apply(kind: AnyKind, live: JsonObject, manager: string, spec: JsonObject): JsonObject {
  const config = bodyOf(kind, spec);
  const time = "2026-01-01T00:00:00Z";
  const request = { target: targetOf(kind), live, config, manager, onConflict: "refuse", time };
  return applyConfiguration(request as Parameters<typeof applyConfiguration>[0]);
}

function bodyOf(kind: AnyKind, spec: JsonObject): JsonObject {
  const { version } = kind.package;
  return { apiVersion: `test/${version}`, kind: "Knob", metadata: { name: "k" }, spec };
}

function targetOf(kind: AnyKind): WriteTarget {
  return { kind, versions, subresource: "", resetFields: new Map() };
}

function show(object: JsonObject): string {
  const owners = [...decodeOwners(object).values()].map(({ manager, apiVersion, fields }) =>
    [manager, apiVersion, ...pathsOf(fields).map(formatPath)].join(" "),
  );
  return owners.join("; ");
}

function toV1(object: JsonObject): JsonObject {
  return renamed(object, "test/v2", "test/v1", ["count", "size"]);
}

function toV2(object: JsonObject): JsonObject {
  return renamed(object, "test/v1", "test/v2", ["size", "count"]);
}

function renamed(
  object: JsonObject,
  from: string,
  apiVersion: string,
  [old, current]: readonly [string, string],
): JsonObject {
  if (textAt(object, "apiVersion") !== from) return object;
  const { [old]: value, ...rest } = objectAt(object, "spec");
  const spec = value === undefined ? rest : { [current]: value, ...rest };
  return { ...object, apiVersion, spec: memberOf(object, "spec") === null ? null : spec };
}

function knobIn(version: string, field1: string): AnyKind {
  const { type, kind } = declarationsOf({ openApi: `test.${version}`, group: "test", version });
  const spec = type("KnobSpec", "", {
    [field1]: field(1, int32, "").pointer(),
    other: field(2, int32, "").pointer(),
  });
  return kind("Knob", "", {
    metadata: field(1, objectMeta, ""),
    spec: field(2, spec, ""),
  }) as AnyKind;
}
