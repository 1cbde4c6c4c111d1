import assert from "node:assert/strict";
import { test } from "node:test";
import { forcedMonotonicity, invalidQuantile, startTimeOverlap } from "./annotation-texts.ts";
import { Annotations } from "./annotations.ts";

const query = "a +\n  b";
const first = { start: 0, end: 1 };
const second = { start: 6, end: 7 };

test("an annotation is shown with the line and column that it is about", () => {
  const annotations = new Annotations();
  annotations.add(invalidQuantile(1.5, second));
  assert.deepEqual(annotations.format("warning", query), [
    "PromQL warning: quantile value should be between 0 and 1, got 1.5 (2:3)",
  ]);
  assert.deepEqual(annotations.format("info", query), []);
});

test("annotations of the same text are one", () => {
  const annotations = new Annotations();
  annotations.add(invalidQuantile(2, first));
  annotations.add(invalidQuantile(2, first));
  annotations.add(invalidQuantile(3, first));
  assert.equal(annotations.format("warning", query).length, 2);
});

test("what was forced adds up over all samples", () => {
  const annotations = new Annotations();
  const low = { boundMin: 1, boundMax: 2, differenceMax: 0.125 };
  const high = { boundMin: 2, boundMax: 5, differenceMax: 1500 };
  annotations.add(forcedMonotonicity("h", low, 60_000, first));
  annotations.add(forcedMonotonicity("h", high, 0, first));
  const [text = ""] = annotations.format("info", query);
  assert.match(text, / for metric name "h", from buckets 1 to 5, with a max diff of 1\.5e\+03, /);
  assert.match(text, /over 2 samples from 1970-01-01T00:00:00Z to 1970-01-01T00:01:00Z \(1:1\)$/);
});

test("occurrences are counted where there are several", () => {
  const annotations = new Annotations();
  annotations.add(startTimeOverlap("m", first));
  assert.match(annotations.format("warning", query).join(), /for metric "m" \(1:1\)$/);
  const others = new Annotations();
  others.add(startTimeOverlap("m", first));
  annotations.merge(others);
  assert.match(
    annotations.format("warning", query).join(),
    /for metric "m" \(2 occurrences\) \(1:1\)$/,
  );
});
