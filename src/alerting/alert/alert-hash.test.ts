import assert from "node:assert/strict";
import { test } from "node:test";
import { labelsOf } from "#series";
import { alertHash } from "./alert-hash.ts";

test("an alert has the hash that upstream's notification log knows it by", () => {
  const down = labelsOf([
    ["job", "api"],
    ["alertname", "Down"],
  ]);
  assert.equal(alertHash(down), "fefb61a77da3100e");
  assert.equal(alertHash(labelsOf([["alertname", "Über"]])), "90b0a17b5484aa77");
});
