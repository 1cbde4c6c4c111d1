/**
 * Reading and writing the protobuf wire format, field by field.
 *
 * This knows tags, varints and lengths, not message types: whoever has a schema (the Kubernetes API,
 * the container runtime interface) walks its own tables and calls these. Integers of 64 bits are
 * plain numbers while they are exact and bigints beyond that. Every read is checked against the end
 * of its message, so hostile input ends in a `ProtobufError` and never in a wrong value.
 */

/** How a field's value is laid out, the lowest three bits of its tag. Groups do not occur. */
export type WireType = 0 | 1 | 2 | 5;
export const wireVarint = 0;
export const wireFixed64 = 1;
export const wireBytes = 2;
export const wireFixed32 = 5;

/** Bytes that are not a protobuf message: truncated, overlong or of an unknown wire type. */
export class ProtobufError extends Error {
  /** Where in the outermost message reading stopped. */
  readonly offset: number;

  constructor(problem: string, offset: number) {
    super(`invalid protobuf at byte ${offset}: ${problem}`);
    this.name = "ProtobufError";
    this.offset = offset;
  }
}

const initialBytes = 256;
const textEncoder = new TextEncoder();
// A leading byte order mark is part of the text.
const textDecoder = new TextDecoder("utf-8", { ignoreBOM: true });
const two32 = 0x1_0000_0000;

/**
 * Appends fields to one growing buffer.
 *
 * Every field method writes its tag and its value unconditionally: leaving out default values, or
 * keeping them, is a fact of the schema. A nested message is written between `begin` and `end`.
 */
export class ProtobufWriter {
  #bytes = new Uint8Array(initialBytes);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** How many bytes have been written so far. */
  get length(): number {
    return this.#length;
  }

  /** A copy of everything written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  tag(field: number, wireType: WireType): void {
    this.varint(field * 8 + wireType);
  }

  /** Opens a length-delimited field and returns the mark to close it with. */
  begin(field: number): number {
    this.tag(field, wireBytes);
    this.#reserve(1);
    // One byte for the length: enough for most messages; `end` moves the content for the others.
    this.#length += 1;
    return this.#length;
  }

  /** Closes what `begin` opened. */
  end(mark: number): void {
    const contentBytes = this.#length - mark;
    const extraBytes = varintBytes(contentBytes) - 1;
    if (extraBytes > 0) {
      this.#reserve(extraBytes);
      this.#bytes.copyWithin(mark + extraBytes, mark, this.#length);
    }
    this.#length = mark - 1;
    this.varint(contentBytes);
    this.#length += contentBytes;
  }

  bool(field: number, value: boolean): void {
    this.tag(field, wireVarint);
    this.varint(value ? 1 : 0);
  }

  /** `int32`, `int64`, `uint32`, `uint64` and enumerations; negatives take ten bytes, as specified. */
  integer(field: number, value: number | bigint): void {
    this.tag(field, wireVarint);
    if (typeof value === "number" && value >= 0) this.varint(value);
    else this.#bigVarint(BigInt.asUintN(64, BigInt(value)));
  }

  double(field: number, value: number): void {
    this.tag(field, wireFixed64);
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  fixed64(field: number, value: number | bigint): void {
    this.tag(field, wireFixed64);
    this.#reserve(8);
    this.#view.setBigUint64(this.#length, BigInt.asUintN(64, BigInt(value)), true);
    this.#length += 8;
  }

  fixed32(field: number, value: number): void {
    this.tag(field, wireFixed32);
    this.#reserve(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
  }

  string(field: number, value: string): void {
    this.tag(field, wireBytes);
    const length = value.length;
    // Names and labels are short and ASCII: writing them unit by unit beats the encoder's set-up.
    if (length < 64 && this.#shortAscii(value)) return;
    const bytes = textEncoder.encode(value);
    this.varint(bytes.length);
    this.raw(bytes);
  }

  bytes(field: number, value: Uint8Array): void {
    this.tag(field, wireBytes);
    this.varint(value.length);
    this.raw(value);
  }

  /** Bytes as they are: a field encoded elsewhere, or the content of a field whose tag is written. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A bare varint of a safe, non-negative integer: part of a tag or of a packed list. */
  varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest >= two32) {
      this.#bytes[this.#length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    rest >>>= 0;
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest & 127) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  #bigVarint(value: bigint): void {
    this.#reserve(10);
    let rest = value;
    while (rest > 127n) {
      this.#bytes[this.#length++] = Number(rest & 127n) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
  }

  /** Writes length and text when all of it is ASCII; otherwise writes nothing and says so. */
  #shortAscii(value: string): boolean {
    this.#reserve(value.length + 1);
    for (let index = 0; index < value.length; index++) {
      const unit = value.charCodeAt(index);
      if (unit > 127) return false;
      this.#bytes[this.#length + 1 + index] = unit;
    }
    this.#bytes[this.#length] = value.length;
    this.#length += 1 + value.length;
    return true;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/**
 * Walks the fields of one message.
 *
 *     while (reader.next()) {
 *       if (reader.field === 1) name = reader.string();
 *       else reader.skip();
 *     }
 *
 * A value method refuses a field of another wire type. The reader does not copy: `bytes()` and
 * nested readers look into the same memory.
 */
export class ProtobufReader {
  /** Number of the field that `next` stopped at. */
  field = 0;
  /** Wire type of the field that `next` stopped at. */
  wireType: WireType = wireVarint;
  #bytes: Uint8Array;
  #end: number;
  #position: number;
  #cachedView: DataView | undefined = undefined;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#position = start;
    this.#end = end;
  }

  /** A reader of the elements of a packed field, which have no tags: `while (!isAtEnd) varint()`. */
  static packed(bytes: Uint8Array): ProtobufReader {
    return new ProtobufReader(bytes);
  }

  /** Where the message ends. */
  get end(): number {
    return this.#end;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#end;
  }

  /** Where the next byte is read: behind a tag, the start of its value; behind `skip`, its end. */
  get position(): number {
    return this.#position;
  }

  /** A bare varint, as in a packed field: a number while it is exact, else a bigint. */
  varint(): number | bigint {
    this.wireType = wireVarint;
    return this.uint64();
  }

  /** Moves to the next field and reads its tag; false at the end of the message. */
  next(): boolean {
    if (this.#position >= this.#end) return false;
    const tag = this.#varint32();
    const wireType = tag & 7;
    if (wireType !== 0 && wireType !== 1 && wireType !== 2 && wireType !== 5) {
      throw this.#error(`unknown wire type ${wireType}`);
    }
    this.field = tag >>> 3;
    if (this.field === 0) throw this.#error("field number 0");
    this.wireType = wireType;
    return true;
  }

  /** Passes over the value of a field that nobody asked for. */
  skip(): void {
    switch (this.wireType) {
      case wireVarint:
        this.#skipVarint();
        return;
      case wireFixed64:
        this.#take(8);
        return;
      case wireBytes:
        this.#take(this.#varint32());
        return;
      case wireFixed32:
        this.#take(4);
    }
  }

  bool(): boolean {
    return this.uint64() !== 0;
  }

  /** A signed integer of 32 bits or an enumeration; higher bits are cut off, as specified. */
  int32(): number {
    this.#expect(wireVarint);
    return this.#varint32() | 0;
  }

  uint32(): number {
    this.#expect(wireVarint);
    return this.#varint32();
  }

  /** A signed integer of 64 bits: a number while it is exact, else a bigint. */
  int64(): number | bigint {
    const value = this.uint64();
    if (typeof value === "number") return value;
    const signed = BigInt.asIntN(64, value);
    const near = Number(signed);
    return Number.isSafeInteger(near) ? near : signed;
  }

  /** An unsigned integer of 64 bits: a number while it is exact, else a bigint. */
  uint64(): number | bigint {
    this.#expect(wireVarint);
    const start = this.#position;
    let value = 0;
    let scale = 1;
    // Seven bytes hold 49 bits, which a number adds up exactly.
    for (let index = 0; index < 7; index++) {
      const byte = this.#byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    this.#position = start;
    return this.#bigVarint();
  }

  double(): number {
    this.#expect(wireFixed64);
    return this.#view().getFloat64(this.#take(8), true);
  }

  /** Like `double`, but the very bits are kept, which a number that is NaN may lose. */
  doubleInto(target: Float64Array, index: number): void {
    this.wordsInto(new Uint32Array(target.buffer, target.byteOffset + index * 8, 2), 0);
  }

  /** The bits of a double, as the low and the high word at `index` and behind it. */
  wordsInto(target: Uint32Array, index: number): void {
    this.#expect(wireFixed64);
    const start = this.#take(8);
    const view = this.#view();
    target[index] = view.getUint32(start, true);
    target[index + 1] = view.getUint32(start + 4, true);
  }

  fixed64(): number | bigint {
    this.#expect(wireFixed64);
    const value = this.#view().getBigUint64(this.#take(8), true);
    const near = Number(value);
    return Number.isSafeInteger(near) ? near : value;
  }

  fixed32(): number {
    this.#expect(wireFixed32);
    return this.#view().getUint32(this.#take(4), true);
  }

  /** UTF-8 text; malformed sequences become replacement characters, as Go's JSON would show them. */
  string(): string {
    this.#expect(wireBytes);
    const length = this.#varint32();
    const start = this.#take(length);
    if (length < 24) {
      const text = this.#shortAscii(start, length);
      if (text !== undefined) return text;
    }
    return textDecoder.decode(this.#bytes.subarray(start, start + length));
  }

  bytes(): Uint8Array {
    this.#expect(wireBytes);
    const length = this.#varint32();
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** A reader of the nested message at this field; this reader moves past it. */
  message(): ProtobufReader {
    this.#expect(wireBytes);
    const length = this.#varint32();
    const start = this.#take(length);
    return new ProtobufReader(this.#bytes, start, start + length);
  }

  /** Like `message`, but uses a reader again, for loops that must make nothing. */
  messageInto(nested: ProtobufReader): void {
    this.#expect(wireBytes);
    const length = this.#varint32();
    nested.#position = this.#take(length);
    nested.#end = this.#position;
    nested.wireType = wireVarint;
    if (nested.#bytes === this.#bytes) return;
    nested.#bytes = this.#bytes;
    nested.#cachedView = undefined;
  }

  #expect(wireType: WireType): void {
    if (this.wireType === wireType) return;
    throw this.#error(`field ${this.field} has wire type ${this.wireType}, not ${wireType}`);
  }

  #byte(): number {
    const byte = this.#position < this.#end ? this.#bytes[this.#position] : undefined;
    if (byte === undefined) throw this.#error("unexpected end");
    this.#position++;
    return byte;
  }

  /** The lowest 32 bits of a varint, unsigned. */
  #varint32(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#byte();
      if (shift < 35) value |= shift < 32 ? (byte & 127) << shift : 0;
      if (byte < 128) return value >>> 0;
    }
    throw this.#error("varint longer than ten bytes");
  }

  #bigVarint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    throw this.#error("varint longer than ten bytes");
  }

  #skipVarint(): void {
    for (let count = 0; count < 10; count++) if (this.#byte() < 128) return;
    throw this.#error("varint longer than ten bytes");
  }

  /** Moves past `length` bytes and returns where they start. */
  #take(length: number): number {
    const start = this.#position;
    if (length > this.#end - start) throw this.#error("unexpected end");
    this.#position = start + length;
    return start;
  }

  /** Made when first needed: most messages hold no fixed-size numbers. */
  #view(): DataView {
    this.#cachedView ??= new DataView(
      this.#bytes.buffer,
      this.#bytes.byteOffset,
      this.#bytes.byteLength,
    );
    return this.#cachedView;
  }

  #shortAscii(start: number, length: number): string | undefined {
    let text = "";
    for (let index = start; index < start + length; index++) {
      const byte = this.#bytes[index] ?? 128;
      if (byte > 127) return undefined;
      text += String.fromCharCode(byte);
    }
    return text;
  }

  #error(problem: string): ProtobufError {
    return new ProtobufError(problem, this.#position);
  }
}

function varintBytes(value: number): number {
  let count = 1;
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) count++;
  return count;
}
