import { crc32c, type Zstd } from "#base";
import { FormatError } from "../bytes/format-error.ts";
import { fragmentKinds, frameHeaderBytes, kindMask, pageBytes } from "./frame.ts";
import { unpackRecord } from "./record-packing.ts";

/**
 * Puts the records of one segment together again, page by page. Throws `FormatError` where the log is
 * damaged; `wholeBytes` then tells how much of the segment is good.
 */
export class SegmentReader {
  readonly #zstd: Zstd;
  #parts: Uint8Array[] = [];
  #flags = 0;
  #pageStart = 0;
  #wholeBytes = 0;

  constructor(zstd: Zstd) {
    this.#zstd = zstd;
  }

  /** Everything before this place in the segment is whole records (and padding). */
  get wholeBytes(): number {
    return this.#wholeBytes;
  }

  /** The records that end in the next page, which is shorter than others only at the segment's end. */
  *readPage(page: Uint8Array): Generator<Uint8Array> {
    let at = 0;
    while (at < page.length) {
      const header = page[at] ?? 0;
      if ((header & kindMask) === fragmentKinds.none) {
        checkPadding(page, at);
        break;
      }
      const fragment = fragmentAt(page, at);
      const record = this.#add(header, fragment);
      at += frameHeaderBytes + fragment.length;
      if (record === undefined) continue;
      yield record;
      this.#wholeBytes = this.#pageStart + at;
    }
    this.#pageStart += page.length;
    if (this.#parts.length === 0) this.#wholeBytes = this.#pageStart;
  }

  /** A reader that has read as much, and goes its own way from here. */
  copy(): SegmentReader {
    const copy = new SegmentReader(this.#zstd);
    copy.#parts = [...this.#parts];
    copy.#flags = this.#flags;
    copy.#pageStart = this.#pageStart;
    copy.#wholeBytes = this.#wholeBytes;
    return copy;
  }

  /** Whether a record has begun and not ended. */
  get isTorn(): boolean {
    return this.#parts.length > 0;
  }

  /** The record that the fragment completes. */
  #add(header: number, fragment: Uint8Array): Uint8Array | undefined {
    const kind = header & kindMask;
    this.#checkOrder(kind);
    const flags = header & ~kindMask;
    if (this.#parts.length === 0) this.#flags = flags;
    if (flags !== this.#flags) throw new FormatError("fragments of a record differ in compression");
    this.#parts.push(fragment);
    if (kind !== fragmentKinds.full && kind !== fragmentKinds.last) return undefined;
    const parts = this.#parts;
    this.#parts = [];
    return unpackRecord({ bytes: joined(parts), flags }, this.#zstd);
  }

  #checkOrder(kind: number): void {
    if (kind > fragmentKinds.last) throw new FormatError(`unknown fragment kind ${kind}`);
    const isContinued = kind === fragmentKinds.middle || kind === fragmentKinds.last;
    if (isContinued && !this.isTorn) throw new FormatError("fragment continues no record");
    if (!isContinued && this.isTorn) throw new FormatError("record lacks its last fragment");
  }
}

function fragmentAt(page: Uint8Array, at: number): Uint8Array {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  if (at + frameHeaderBytes > page.length) throw new FormatError("fragment header is torn");
  const start = at + frameHeaderBytes;
  const end = start + view.getUint16(at + 1);
  if (end > pageBytes) throw new FormatError("fragment is longer than its page");
  if (end > page.length) throw new FormatError("fragment is torn");
  const fragment = page.subarray(start, end);
  const want = view.getUint32(at + 3);
  const found = crc32c(fragment);
  if (found !== want) {
    throw new FormatError(
      `unexpected checksum ${found.toString(16)}, expected ${want.toString(16)}`,
    );
  }
  return fragment;
}

function checkPadding(page: Uint8Array, at: number): void {
  for (let index = at; index < page.length; index++) {
    if (page[index] !== 0) throw new FormatError("unexpected non-zero byte in padded page");
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
