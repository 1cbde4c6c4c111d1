import assert from "node:assert/strict";
import { test } from "node:test";
import { GossipError } from "./gossip-error.ts";
import { decompressLzw } from "./lzw.ts";
import { bytesOf } from "./testing.ts";

const bytesMax = 200_000;
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

// Packed by Go's compress/lzw: nothing, a byte, a code that is used while it is made, a dictionary.
const packed: readonly (readonly [text: string, hex: string])[] = [
  ["", "000302"],
  ["a", "00c30404"],
  ["aaaaaaaaaa", "00c3081c483020"],
  ["TOBEORNOTTOBEORTOBEORNOT", "00a93c1152e48914274fa80824687061c183090302"],
];

test("what Go packs is unpacked", () => {
  for (const [text, hex] of packed) {
    assert.equal(textOf(decompressLzw(bytesOf(hex), bytesMax)), text);
  }
});

test("codes grow to twelve bits, and a full table is begun anew", () => {
  const content = Uint8Array.from({ length: 100_000 }, (_none, index) => (index * index) % 251);
  assert.deepEqual(decompressLzw(compressed(content), bytesMax), content);
});

test("what is broken or too large is refused", () => {
  const rows: readonly (readonly [hex: string, bytesMax: number, problem: string])[] = [
    ["", 10, "packed message is cut off"],
    ["00c304", 10, "packed message is cut off"],
    ["ffff03", 10, "packed message has an unknown code"],
    ["00c3081c483020", 9, "packed message is too large"],
  ];
  for (const [hex, limit, problem] of rows) {
    assert.throws(() => decompressLzw(bytesOf(hex), limit), new GossipError(problem), hex);
  }
});

/** Packs as Go does: clears at the start and whenever the table is full. */
function compressed(content: Uint8Array): Uint8Array {
  const out = new BitWriter();
  let table = new Map<string, number>();
  let width = 9;
  let next = 258;
  out.write(256, width);
  let word = "";
  for (const byte of content) {
    const longer = `${word},${byte}`;
    if (word === "" || table.has(longer)) {
      word = word === "" ? `${byte}` : longer;
      continue;
    }
    out.write(table.get(word) ?? Number(word), width);
    table.set(longer, next);
    word = `${byte}`;
    if (next === 4_095) {
      out.write(256, width);
      table = new Map();
      width = 9;
      next = 258;
      continue;
    }
    if (next === 1 << width) width++;
    next++;
  }
  out.write(table.get(word) ?? Number(word), width);
  if (next === 1 << width && width < 12) width++;
  out.write(257, width);
  return out.finish();
}

class BitWriter {
  readonly #bytes: number[] = [];
  #bits = 0;
  #count = 0;

  write(code: number, width: number): void {
    this.#bits |= code << this.#count;
    this.#count += width;
    for (; this.#count >= 8; this.#count -= 8) {
      this.#bytes.push(this.#bits & 255);
      this.#bits >>>= 8;
    }
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#count > 0 ? [...this.#bytes, this.#bits] : this.#bytes);
  }
}
