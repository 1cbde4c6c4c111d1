import assert from "node:assert/strict";
import { test } from "node:test";
import { scaleIntOrPercent } from "./int-or-string.ts";

test("percentages scale with the total, numbers do not", () => {
  assert.equal(scaleIntOrPercent(3, 100, "up"), 3);
  assert.equal(scaleIntOrPercent("25%", 10, "up"), 3);
  assert.equal(scaleIntOrPercent("25%", 10, "down"), 2);
  assert.equal(scaleIntOrPercent("0%", 10, "up"), 0);
  assert.throws(() => scaleIntOrPercent("25", 10, "up"), /string is not a percentage/);
});
