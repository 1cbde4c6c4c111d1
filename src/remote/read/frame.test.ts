import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeFrame, readFrames } from "./frame.ts";

const messages = [bytesOf(3, 1), bytesOf(0, 0), bytesOf(300, 2), bytesOf(20_000, 3)];

test("frames come out as they went in, however the stream is cut", async () => {
  const stream = joined(messages.map(encodeFrame));
  for (const pieceBytes of [1, 2, 7, 299, 4_096, stream.length]) {
    assert.deepEqual(await read(pieces(stream, pieceBytes)), messages, `pieces of ${pieceBytes}`);
  }
});

// Each row: what is done to two frames of three bytes each, and what reading them ends with.
const damages: readonly (readonly [
  name: string,
  change: (stream: Uint8Array) => Uint8Array,
  want: RegExp,
])[] = [
  ["a changed byte", (stream) => stream.with(6, 9), /corrupted frame; checksum mismatch/],
  ["a cut end", (stream) => stream.subarray(0, -1), /unexpected EOF/],
  [
    "a length above the limit",
    (stream) => stream.with(0, 101),
    /exceeded the limit 100 bytes; got: 101/,
  ],
  ["a length without end", () => new Uint8Array(12).fill(0xff), /varint overflows/],
];

test("damaged streams end with what is wrong", async () => {
  const stream = joined([encodeFrame(bytesOf(3, 1)), encodeFrame(bytesOf(3, 2))]);
  for (const [name, change, want] of damages) {
    await assert.rejects(() => read(pieces(change(stream), 4), 100), want, name);
  }
});

async function read(body: AsyncIterable<Uint8Array>, bytesMax = 1_000_000) {
  const found: Uint8Array[] = [];
  for await (const message of readFrames(body, bytesMax)) found.push(message);
  return found;
}

async function* pieces(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function bytesOf(length: number, value: number): Uint8Array {
  return new Uint8Array(length).fill(value);
}
