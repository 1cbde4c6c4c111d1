import assert from "node:assert/strict";
import { test } from "node:test";
import { ProtobufError, ProtobufReader, ProtobufWriter } from "./protobuf.ts";

// Values and their encodings as the protobuf documentation gives them, as hex.
const integers: readonly (readonly [number | bigint, string])[] = [
  [0, "0800"],
  [1, "0801"],
  [127, "087f"],
  [150, "089601"],
  [0xffff_ffff, "08ffffffff0f"],
  [0x1_0000_0000, "088080808010"],
  [Number.MAX_SAFE_INTEGER, "08ffffffffffffff0f"],
  [-1, "08ffffffffffffffffff01"],
  [-2_147_483_648, "0880808080f8ffffffff01"],
  [9_223_372_036_854_775_807n, "08ffffffffffffffff7f"],
  [-9_223_372_036_854_775_808n, "0880808080808080808001"],
];

for (const [value, hex] of integers) {
  test(`the integer ${value} is ${hex}`, () => {
    const writer = new ProtobufWriter();
    writer.integer(1, value);
    const reader = new ProtobufReader(bytesOf(hex));
    assert.deepEqual(
      [hexOf(writer.finish()), reader.next(), reader.field, reader.int64(), reader.next()],
      [hex, true, 1, value, false],
    );
  });
}

test("a nested message gets its length however long it is", () => {
  for (const length of [0, 1, 127, 128, 300, 20_000]) {
    const writer = new ProtobufWriter();
    const outer = writer.begin(2);
    const inner = writer.begin(1);
    writer.raw(new Uint8Array(length).fill(7));
    writer.end(inner);
    writer.bool(3, true);
    writer.end(outer);

    const message = new ProtobufReader(writer.finish());
    assert.ok(message.next());
    const nested = message.message();
    assert.ok(nested.next());
    assert.equal(nested.bytes().length, length);
    assert.ok(nested.next());
    assert.equal(nested.bool(), true);
    assert.equal(message.next(), false);
  }
});

test("text survives whatever its length and script", () => {
  const texts = [
    "",
    "nginx",
    "a".repeat(63),
    "a".repeat(64),
    "\ufeffmark",
    "é",
    "日本語",
    "🚢".repeat(40),
  ];
  const writer = new ProtobufWriter();
  for (const text of texts) writer.string(1, text);
  const reader = new ProtobufReader(writer.finish());
  const read: string[] = [];
  while (reader.next()) read.push(reader.string());
  assert.deepEqual(read, texts);
});

test("fixed-width values are little-endian", () => {
  const writer = new ProtobufWriter();
  writer.double(1, 1.5);
  writer.fixed64(2, 0x0102n);
  writer.fixed32(3, 7);
  assert.equal(hexOf(writer.finish()), "09000000000000f83f1102010000000000001d07000000");
  const reader = new ProtobufReader(writer.finish());
  reader.next();
  const double = reader.double();
  reader.next();
  const wide = reader.fixed64();
  reader.next();
  assert.deepEqual([double, wide, reader.fixed32()], [1.5, 0x0102, 7]);
});

test("unknown fields of every wire type are passed over", () => {
  const writer = new ProtobufWriter();
  writer.integer(9, -1);
  writer.double(10, 1);
  writer.string(11, "ignored");
  writer.fixed32(12, 1);
  writer.string(1, "kept");
  const reader = new ProtobufReader(writer.finish());
  let kept = "";
  while (reader.next()) {
    if (reader.field === 1) kept = reader.string();
    else reader.skip();
  }
  assert.equal(kept, "kept");
});

const malformed: readonly (readonly [string, string])[] = [
  ["an unfinished varint", "08ff"],
  ["a varint of eleven bytes", "08ffffffffffffffffffff01"],
  ["a length beyond the end", "0a05616263"],
  ["a huge length", "0affffffff0f"],
  ["a short double", "0900000000"],
  ["a group", "0b0c"],
  ["field number zero", "0001"],
  ["wire type seven", "0f00"],
];

for (const [what, hex] of malformed) {
  test(`${what} is refused`, () => {
    const reader = new ProtobufReader(bytesOf(hex));
    assert.throws(() => {
      while (reader.next()) reader.skip();
    }, ProtobufError);
  });
}

test("a nested message cannot read beyond its end", () => {
  const message = new ProtobufReader(bytesOf("0a020a05616263"));
  message.next();
  const nested = message.message();
  nested.next();
  assert.throws(() => nested.string(), ProtobufError);
});

test("a value of another wire type is refused", () => {
  const reader = new ProtobufReader(bytesOf("0801"));
  reader.next();
  assert.throws(() => reader.string(), /field 1 has wire type 0, not 2/);
});

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
