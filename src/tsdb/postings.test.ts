import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  intersectPostings,
  mergePostings,
  noPostings,
  type Postings,
  withoutPostings,
} from "./postings.ts";

/** References dense and sparse, small and beyond 32 bits. */
const refs = fc
  .tuple(fc.constantFrom(50, 5_000, 2 ** 40), fc.boolean())
  .chain(([max, isLong]) =>
    fc
      .uniqueArray(fc.nat(1_000_000), { maxLength: isLong ? 400 : 12, size: "max" })
      .map((list) => list.map((ref) => ref % max).sort((left, right) => left - right)),
  )
  .map((list) => [...new Set(list)]);

test("set operations on lists are those on sets", () => {
  fc.assert(
    fc.property(fc.array(refs, { maxLength: 5 }), refs, (lists, removed) => {
      const [first = [], ...others] = lists;
      const all = first.filter((ref) => others.every((list) => list.includes(ref)));
      const any = [...new Set(lists.flat())].sort((left, right) => left - right);
      const kept = first.filter((ref) => !removed.includes(ref));
      assert.deepEqual([...intersectPostings(lists.map(listOf))], all);
      assert.deepEqual([...mergePostings(lists.map(listOf))], any);
      assert.deepEqual([...withoutPostings(listOf(first), listOf(removed))], kept);
    }),
  );
});

test("of no lists nothing is common, and nothing is made", () => {
  assert.equal(intersectPostings([]), noPostings);
  assert.equal(mergePostings([]), noPostings);
});

test("lists of blocks stay four bytes a reference", () => {
  const lists = [Uint32Array.of(1, 2), Uint32Array.of(2, 3)];
  assert.deepEqual(mergePostings(lists), Uint32Array.of(1, 2, 3));
  assert.deepEqual(intersectPostings([...lists, Float64Array.of(2)]), Float64Array.of(2));
});

function listOf(list: readonly number[]): Postings {
  return (list.at(-1) ?? 0) < 2 ** 32 ? Uint32Array.from(list) : Float64Array.from(list);
}
