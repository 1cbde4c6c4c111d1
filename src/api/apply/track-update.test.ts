import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../schema/schema.ts";
import { isEqualJson } from "../json-value.ts";
import { withTimesKept } from "./track-update.ts";

const before = objectOf("a", "2026-01-01T00:00:00Z");

test("times of managed fields that alone differ are put back", () => {
  const after = objectOf("a", "2026-01-01T00:00:09Z");
  assert.deepEqual(withTimesKept(before, after, isEqualJson), before);
});

test("times stand when anything else differs", () => {
  const other = objectOf("b", "2026-01-01T00:00:09Z");
  assert.equal(withTimesKept(before, other, isEqualJson), other);
  const changed = { ...objectOf("a", "2026-01-01T00:00:09Z"), data: { x: "1" } };
  assert.equal(withTimesKept(before, changed, isEqualJson), changed);
});

function objectOf(manager: string, time: string): JsonObject {
  return { metadata: { name: "m", managedFields: [{ manager, time }] } };
}
