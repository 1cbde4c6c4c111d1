import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "#api";
import { serviceMonitor } from "#api/monitoring/v1";
import { withDefaults } from "./declared.ts";

function monitorOf(...relabelings: readonly JsonObject[]): JsonObject {
  return { spec: { selector: {}, endpoints: [{ port: "a" }, { relabelings }] } };
}

test("defaults are filled in wherever their struct is, and nowhere else", () => {
  assert.deepEqual(
    withDefaults(serviceMonitor, monitorOf({ regex: "a" }, { action: "Keep" })),
    monitorOf({ regex: "a", action: "replace" }, { action: "Keep" }),
  );
});

test("an object that lacks nothing stays the same", () => {
  const object = monitorOf({ action: "drop" });
  assert.equal(withDefaults(serviceMonitor, object), object);
});
