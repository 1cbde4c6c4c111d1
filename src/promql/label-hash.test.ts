import assert from "node:assert/strict";
import { test } from "node:test";
import { labelsOf } from "#series";
import { labelFraction } from "./label-hash.ts";

test("label sets are spread evenly between 0 and 1", () => {
  const tenths = Array.from({ length: 10 }, () => 0);
  for (let index = 0; index < 2_000; index++) {
    const fraction = labelFraction(labelsOf([["pod", `web-${index}`]]));
    const tenth = Math.floor(fraction * 10);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  assert.ok(
    tenths.every((count) => count > 150 && count < 250),
    tenths.join(" "),
  );
});
