import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { KeyIndex } from "./key-index.ts";
import { positionOf } from "./position.ts";

const keyOf = fc.nat(3_000).map((number) => `k/${number}`);

test("keys are found, counted and ordered through splits and joins", () => {
  const write = fc.record({ key: keyOf, isDeletion: fc.boolean() });
  fc.assert(
    fc.property(
      fc.array(write, { minLength: 1_000, maxLength: 6_000 }),
      fc.nat(5),
      (writes, limit) => {
        const index = new KeyIndex();
        const live = new Set<string>();
        const known = new Set<string>();
        // Most keys go at last, so that chunks shrink and join.
        const clearing = [...new Set(writes.map(({ key }) => key))]
          .filter((_, index) => index % 40 !== 0)
          .map((key) => ({ key, isDeletion: true }));
        const all = [...writes, ...clearing];
        for (const [at, { key, isDeletion }] of all.entries()) {
          if (isDeletion !== live.has(key)) continue;
          known.add(key);
          if (isDeletion) live.delete(key);
          else live.add(key);
          index.add(positionOf(at + 1, 0), key, isDeletion ? 0 : at + 1);
        }
        const revision = all.length;
        for (const key of known) {
          const history = index.find(key);
          history?.compact(revision);
          if (history?.isEmpty === true) index.remove(key);
        }
        const sorted = [...live].sort();
        const { found, remainingCount } = index.select({
          prefix: "k/",
          startAfter: "",
          limit,
          revision,
        });
        assert.deepEqual(
          found.map(({ key }) => key),
          sorted.slice(0, limit),
        );
        assert.equal(remainingCount, Math.max(0, sorted.length - limit));
        assert.equal(index.liveCount, sorted.length);
        for (const key of known) assert.equal(index.find(key)?.newest !== undefined, live.has(key));
      },
    ),
    // Thousands of steps would take minutes to shrink.
    { numRuns: 20, endOnFailure: true },
  );
});

test("a count at an old revision leaves out what came later", () => {
  const index = new KeyIndex();
  for (let number = 0; number < 2_000; number++) {
    index.add(positionOf(number + 1, 0), `k/${String(number).padStart(4, "0")}`, number + 1);
  }
  const countAt = (revision: number) =>
    index.select({ prefix: "k/", startAfter: "", limit: 0, revision }).remainingCount;
  assert.deepEqual([0, 1, 700, 2_000].map(countAt), [0, 1, 700, 2_000]);
});

test("a count at an old revision leaves out what came later, after chunks have joined", () => {
  const index = new KeyIndex();
  const keyOf = (number: number) => `k/${String(number).padStart(4, "0")}`;
  for (let number = 0; number < 1_000; number++) {
    index.add(positionOf(number + 1, 0), keyOf(number), number + 1);
  }
  const gone = Array.from({ length: 900 }, (_, number) => keyOf(number + 100));
  const histories = gone.map((key, at) => index.add(positionOf(1_001, at % 128), key, 0));
  // The newest write is in a chunk that will join an older one.
  index.add(positionOf(2_000, 0), "k/9999", 2_000);
  for (const history of histories) {
    history.compact(1_001);
    index.remove(history.key);
  }
  const countAt = (revision: number) =>
    index.select({ prefix: "k/", startAfter: "", limit: 0, revision }).remainingCount;
  assert.deepEqual([1_999, 2_000].map(countAt), [100, 101]);
});
