import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compressSnappy, decompressSnappy, SnappyError } from "./snappy.ts";

const bytesMax = 1 << 20;

/** Bytes with repetitions near and far. */
const content = fc
  .array(fc.tuple(fc.uint8Array({ maxLength: 80, size: "max" }), fc.integer({ min: 1, max: 40 })), {
    maxLength: 30,
    size: "max",
  })
  .map((parts) => Uint8Array.from(parts.flatMap(([part, times]) => repeated(part, times))));

test("what is compressed comes back", () => {
  fc.assert(
    fc.property(content, (bytes) => {
      assert.deepEqual(decompressSnappy(compressSnappy(bytes), bytesMax), bytes);
    }),
  );
});

test("damaged blocks are refused or give what they say, and end", () => {
  const good = compressSnappy(new TextEncoder().encode("abcabcabcabc, said the abc".repeat(20)));
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, byte, end) => {
      const bytes = good.slice(0, end);
      bytes[at] = byte;
      decompressesOrRefuses(bytes);
    }),
    { numRuns: 1_000 },
  );
});

const refused: readonly (readonly [string, readonly number[]])[] = [
  ["nothing", []],
  ["a length that does not end", [0x80, 0x80, 0x80, 0x80, 0x80, 0x01]],
  ["a length that is not kept", [0x05, 0x00, 0x41]],
  ["more than the length", [0x01, 0x04, 0x41, 0x42]],
  ["a literal that does not end", [0x05, 0x10, 0x41]],
  ["a literal whose length looks negative", [0x0a, 0x00, 0x41, 0xfc, 0xee, 0xff, 0xff, 0xff, 0, 0]],
  ["a copy of what is not there", [0x05, 0x00, 0x41, 0x01, 0x02]],
  ["a copy from no distance", [0x05, 0x00, 0x41, 0x01, 0x00]],
  ["a copy without its distance", [0x05, 0x00, 0x41, 0x02, 0x01]],
  ["a claim that so few bytes cannot hold", [0xff, 0xff, 0x3f, 0x00, 0x41]],
];

for (const [what, bytes] of refused) {
  test(`refuses ${what}`, () => {
    assert.throws(() => decompressSnappy(Uint8Array.from(bytes), bytesMax), SnappyError);
  });
}

test("refuses to unpack more than is allowed", () => {
  const block = compressSnappy(new Uint8Array(100));
  assert.throws(() => decompressSnappy(block, 99), {
    message: "snappy block of 100 bytes, at most 99 allowed",
  });
});

function repeated(part: Uint8Array, times: number): number[] {
  return Array.from({ length: times }, () => [...part]).flat();
}

function decompressesOrRefuses(bytes: Uint8Array): void {
  try {
    decompressSnappy(bytes, bytesMax);
  } catch (error) {
    assert.ok(error instanceof SnappyError, `${error}`);
  }
}
