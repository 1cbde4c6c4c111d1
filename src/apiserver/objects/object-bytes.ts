/**
 * The canonical form of an object is its encoded JSON without a resource version, because only the
 * store knows the revision of a write. The version is put in on the way out, as the first member of
 * the metadata; so serving an object copies bytes and parses nothing.
 *
 * Every object of a kind therefore starts with the same bytes, its head:
 *
 *     {"apiVersion":"v1","kind":"Pod","metadata":{
 *
 * and at least one more member of the metadata follows, since no object is without a name.
 */

import { assert } from "#base";

const encoder = new TextEncoder();
const noFrame = { before: new Uint8Array(0), after: new Uint8Array(0) };

/** The bytes that every stored object of a kind starts with, up to the brace that opens the metadata. */
export interface ObjectHead {
  readonly bytes: Uint8Array;
}

export function objectHeadOf(kind: string, apiVersion: string): ObjectHead {
  const type = `{"apiVersion":${JSON.stringify(apiVersion)},"kind":${JSON.stringify(kind)},`;
  return { bytes: encoder.encode(`${type}"metadata":{`) };
}

/** Whether `stored` starts as all objects of the kind do. */
export function hasHead(stored: Uint8Array, head: ObjectHead): boolean {
  if (stored.length <= head.bytes.length) return false;
  return head.bytes.every((byte, index) => stored[index] === byte);
}

/**
 * A whole object with its resource version, between `before` and `after`. Revision 0 is that of an
 * object which is not stored, and is not told.
 */
export function withVersion(
  stored: Uint8Array,
  head: ObjectHead,
  revision: number,
  frame: { readonly before: Uint8Array; readonly after: Uint8Array } = noFrame,
): Uint8Array {
  const version = encoder.encode(versionMember(revision));
  const headLength = head.bytes.length;
  const bytes = new Uint8Array(
    frame.before.length + stored.length + version.length + frame.after.length,
  );
  let offset = 0;
  const append = (part: Uint8Array) => {
    bytes.set(part, offset);
    offset += part.length;
  };
  append(frame.before);
  append(stored.subarray(0, headLength));
  append(version);
  append(stored.subarray(headLength));
  append(frame.after);
  assert(offset === bytes.length, "the parts fill the object");
  return bytes;
}

/** The bytes of many list items, gathered into pieces of a bounded size. */
export class ItemWriter {
  readonly #head: ObjectHead;
  readonly #metadata: Uint8Array;
  readonly #pieceBytes: number;
  #piece = noFrame.before;
  #length = 0;

  constructor(head: ObjectHead, pieceBytes: number) {
    this.#head = head;
    // `{"metadata":{`: an item starts where its metadata does.
    this.#metadata = encoder.encode('{"metadata":{');
    this.#pieceBytes = pieceBytes;
  }

  get length(): number {
    return this.#length;
  }

  write(part: Uint8Array): void {
    this.#reserve(part.length);
    this.#piece.set(part, this.#length);
    this.#length += part.length;
  }

  /** An object without kind and apiVersion, which the list tells for all its items. */
  writeItem(stored: Uint8Array, revision: number): void {
    const headLength = this.#head.bytes.length;
    this.#reserve(stored.length + versionBytesMax);
    this.#piece.set(this.#metadata, this.#length);
    this.#length += this.#metadata.length;
    this.#length += encoder.encodeInto(
      versionMember(revision),
      this.#piece.subarray(this.#length),
    ).written;
    // `subarray` and `set` rather than a loop: the engine copies whole blocks.
    this.#piece.set(stored.subarray(headLength), this.#length);
    this.#length += stored.length - headLength;
  }

  /** What has been written since the last call. */
  take(): Uint8Array {
    const taken = this.#piece.subarray(0, this.#length);
    this.#piece = noFrame.before;
    this.#length = 0;
    return taken;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#piece.length) return;
    const wanted = Math.max(this.#pieceBytes, this.#piece.length * 2, this.#length + bytes);
    const grown = new Uint8Array(wanted);
    grown.set(this.#piece.subarray(0, this.#length));
    this.#piece = grown;
  }
}

/** `"resourceVersion":"` and `",` around at most 16 digits. */
const versionBytesMax = 64;

function versionMember(revision: number): string {
  if (revision === 0) return "";
  return `"resourceVersion":"${revision}",`;
}
