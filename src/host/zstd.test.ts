import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ZstdError } from "#base";
import { realZstd } from "./zstd.ts";

const bytesMax = 1 << 20;

test("what is compressed comes back", () => {
  const content = fc
    .tuple(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 20 }))
    .map(([part, times]) => Uint8Array.from(Array.from({ length: times }, () => [...part]).flat()));
  fc.assert(
    fc.property(content, (bytes) => {
      const back = realZstd.decompress(realZstd.compress(bytes), bytesMax);
      assert.deepEqual(Uint8Array.from(back), bytes);
    }),
    { numRuns: 30 },
  );
});

const frame = realZstd.compress(new TextEncoder().encode("abcabcabcabc, said the abc".repeat(20)));
const changed = frame.slice();
changed[6] = (changed[6] ?? 0) ^ 0xff;

const refused: readonly (readonly [string, Uint8Array, number])[] = [
  ["nothing", new Uint8Array(0), bytesMax],
  ["what is no frame", Uint8Array.of(1, 2, 3, 4, 5, 6), bytesMax],
  ["a frame that does not end", frame.subarray(0, -1), bytesMax],
  ["a frame that was changed", changed, bytesMax],
  ["more than is allowed", frame, 100],
];

for (const [what, bytes, max] of refused) {
  test(`refuses ${what}`, () => {
    assert.throws(() => realZstd.decompress(bytes, max), ZstdError);
  });
}
