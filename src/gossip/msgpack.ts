/**
 * The part of MessagePack that memberlist's messages are made of: maps from names to numbers, truth
 * values and byte strings.
 *
 * Written in the old form of the format, without the types for short and for binary strings: texts and
 * bytes look the same, which every version of the protocol reads. Both forms are read.
 */
import { GossipError } from "./gossip-error.ts";

export type MsgpackValue =
  | undefined
  | boolean
  | number
  | Uint8Array
  | readonly MsgpackValue[]
  | ReadonlyMap<string, MsgpackValue>;

/** A name with what is written for it. */
export type MsgpackField = readonly [name: string, value: number | boolean | string | Uint8Array];

/** The value goes on behind the bytes that are there. */
export class MsgpackTruncated extends GossipError {
  constructor() {
    super("message is cut off");
    this.name = "MsgpackTruncated";
  }
}

const entriesMax = 64;
const depthMax = 4;
const textDecoder = new TextDecoder();
const textEncoder = new TextEncoder();

/** A map of at most 15 fields, in the order given. */
export function encodeMsgpackMap(fields: readonly MsgpackField[]): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x80 | fields.length)];
  for (const [name, value] of fields) {
    parts.push(encodeRaw(textEncoder.encode(name)), encode(value));
  }
  return joined(parts);
}

/** All of it, one after another. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Reads one value after another. Throws `MsgpackTruncated`, or `GossipError` for what is none. */
export class MsgpackReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset: number;

  constructor(bytes: Uint8Array, offset = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#offset = offset;
  }

  /** Where the next value begins. */
  get offset(): number {
    return this.#offset;
  }

  value(depth = 0): MsgpackValue {
    const type = this.#number(1);
    if (type < 0x80) return type;
    if (type < 0x90) return this.#map(type & 15, depth);
    if (type < 0xa0) return this.#list(type & 15, depth);
    if (type < 0xc0) return this.#raw(type & 31);
    if (type >= 0xe0) return type - 256;
    return this.#typed(type, depth);
  }

  #typed(type: number, depth: number): MsgpackValue {
    switch (type) {
      case 0xc0:
        return undefined;
      case 0xc2:
      case 0xc3:
        return type === 0xc3;
      case 0xca:
        return this.#view.getFloat32(this.#take(4));
      case 0xcb:
        return this.#view.getFloat64(this.#take(8));
      case 0xcc:
      case 0xcd:
      case 0xce:
      case 0xcf:
        return this.#number(sizeOf(type - 0xcc));
      case 0xd0:
      case 0xd1:
      case 0xd2:
      case 0xd3:
        return this.#signed(sizeOf(type - 0xd0));
      default:
        return this.#sized(type, depth);
    }
  }

  /** What has its length in front: bytes, texts, lists, maps. */
  #sized(type: number, depth: number): MsgpackValue {
    switch (type) {
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#raw(this.#number(sizeOf(type - 0xc4)));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#raw(this.#number(sizeOf(type - 0xd9)));
      case 0xdc:
      case 0xdd:
        return this.#list(this.#number(sizeOf(type - 0xdb)), depth);
      case 0xde:
      case 0xdf:
        return this.#map(this.#number(sizeOf(type - 0xdd)), depth);
      default:
        throw new GossipError(`unknown type ${type} in a message`);
    }
  }

  #map(count: number, depth: number): ReadonlyMap<string, MsgpackValue> {
    checkNesting(count, depth);
    const entries = new Map<string, MsgpackValue>();
    for (let index = 0; index < count; index++) {
      const name = this.value(depth + 1);
      if (!(name instanceof Uint8Array)) throw new GossipError("a field of a message has no name");
      entries.set(textDecoder.decode(name), this.value(depth + 1));
    }
    return entries;
  }

  #list(count: number, depth: number): readonly MsgpackValue[] {
    checkNesting(count, depth);
    return Array.from({ length: count }, () => this.value(depth + 1));
  }

  #raw(length: number): Uint8Array {
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** An unsigned number; of 64 bits only about right beyond 2⁵³, which no field reaches. */
  #number(size: number): number {
    const start = this.#take(size);
    let value = 0;
    for (let index = start; index < start + size; index++) {
      value = value * 256 + (this.#bytes[index] ?? 0);
    }
    return value;
  }

  #signed(size: number): number {
    const value = this.#number(size);
    const limit = 2 ** (8 * size - 1);
    return value < limit ? value : value - 2 * limit;
  }

  #take(length: number): number {
    const start = this.#offset;
    if (start + length > this.#bytes.length) throw new MsgpackTruncated();
    this.#offset = start + length;
    return start;
  }
}

/** Types of growing size follow each other: 1, 2, 4, 8 bytes. */
function sizeOf(step: number): number {
  return 2 ** step;
}

function checkNesting(count: number, depth: number): void {
  if (count > entriesMax || depth >= depthMax) throw new GossipError("message has too many parts");
}

function encode(value: MsgpackField[1]): Uint8Array {
  if (typeof value === "boolean") return Uint8Array.of(value ? 0xc3 : 0xc2);
  if (typeof value === "string") return encodeRaw(textEncoder.encode(value));
  return typeof value === "number" ? encodeNumber(value) : encodeRaw(value);
}

function encodeNumber(value: number): Uint8Array {
  if (value < 0x80) return Uint8Array.of(value);
  if (value < 2 ** 8) return Uint8Array.of(0xcc, value);
  if (value < 2 ** 16) return withLength(0xcd, value, 2);
  return withLength(0xce, value, 4);
}

function encodeRaw(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  if (length < 32) return joined([Uint8Array.of(0xa0 | length), bytes]);
  return joined([
    length < 2 ** 16 ? withLength(0xda, length, 2) : withLength(0xdb, length, 4),
    bytes,
  ]);
}

function withLength(type: number, length: number, size: 2 | 4): Uint8Array {
  const head = new Uint8Array(1 + size);
  head[0] = type;
  const view = new DataView(head.buffer);
  if (size === 2) view.setUint16(1, length);
  else view.setUint32(1, length);
  return head;
}
