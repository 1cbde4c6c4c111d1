import assert from "node:assert/strict";
import { test } from "node:test";
import type { StorageClass } from "#api/storage/v1";
import { findDefault } from "./plugin.ts";

test("the default class is the newest of those that are marked, then the first by name", () => {
  const classes = [
    classOf("plain", "2026-01-04T00:00:00Z", "false"),
    classOf("old", "2026-01-01T00:00:00Z", "true"),
    classOf("new-b", "2026-01-02T00:00:00Z", "true"),
    classOf("new-a", "2026-01-02T00:00:00Z", "true"),
  ];
  assert.equal(findDefault(classes), "new-a");
  assert.equal(findDefault(classes.slice(0, 1)), undefined);
});

function classOf(name: string, creationTimestamp: string, isDefault: string): StorageClass {
  const annotations = { "storageclass.kubernetes.io/is-default-class": isDefault };
  return { metadata: { name, creationTimestamp, annotations }, provisioner: "x" };
}
