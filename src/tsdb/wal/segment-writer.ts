import { crc32c } from "#base";
import { ByteWriter } from "../bytes/byte-writer.ts";
import { fragmentKinds, frameHeaderBytes, pageBytes } from "./frame.ts";
import type { PackedRecord } from "./record-packing.ts";
import type { WalCounters } from "./wal-counters.ts";

/** Cuts records into fragments. What it gives is to be appended to one segment, byte by byte. */
export class SegmentWriter {
  readonly #bytesMax: number;
  readonly #counters: Pick<WalCounters, "parts" | "partBytes">;
  readonly #out = new ByteWriter(pageBytes);
  /** Of what `take` gave so far. */
  #taken = 0;

  constructor(bytesMax: number, counters: Pick<WalCounters, "parts" | "partBytes">) {
    this.#bytesMax = bytesMax;
    this.#counters = counters;
  }

  /** How long the segment is with everything added. */
  get bytes(): number {
    return this.#taken + this.#out.length;
  }

  /** Whether the record belongs into this segment: it fits, or would fit into none better. */
  hasRoom(record: PackedRecord): boolean {
    if (this.bytes === 0) return true;
    const pages = Math.max(0, this.#bytesMax / pageBytes - Math.ceil(this.bytes / pageBytes));
    const left = Math.max(0, this.#leftInPage - frameHeaderBytes);
    return record.bytes.length <= left + pages * (pageBytes - frameHeaderBytes);
  }

  add(record: PackedRecord): void {
    let at = 0;
    // Told apart from `at === 0`: a header alone may fit at a page's end, and its fragment is empty.
    let isFirst = true;
    do {
      if (this.#leftInPage < frameHeaderBytes) this.padPage();
      const length = Math.min(record.bytes.length - at, this.#leftInPage - frameHeaderBytes);
      const end = at + length;
      const kind = kindOf(isFirst, end === record.bytes.length);
      const fragment = record.bytes.subarray(at, end);
      this.#out.byte(kind | record.flags);
      this.#out.uint16(length);
      this.#out.uint32(crc32c(fragment));
      this.#out.bytes(fragment);
      this.#counters.parts++;
      this.#counters.partBytes += frameHeaderBytes + length;
      at = end;
      isFirst = false;
    } while (at < record.bytes.length);
    // As upstream: a page that holds no further fragment is complete at once.
    if (this.#leftInPage < frameHeaderBytes) this.padPage();
  }

  /** Fills the page with zeros; one that is not begun stays so. */
  padPage(): void {
    const count = (pageBytes - (this.bytes % pageBytes)) % pageBytes;
    this.#out.bytes(new Uint8Array(count));
  }

  /** Everything added since the last call: good until the next `add`. */
  take(): Uint8Array {
    const bytes = this.#out.view();
    this.#taken += bytes.length;
    this.#out.clear();
    return bytes;
  }

  /** Forgets what was added since `take`, or what it gave last, when the segment is cut back there. */
  resetTo(bytes: number): void {
    this.#taken = bytes;
    this.#out.clear();
  }

  get #leftInPage(): number {
    return pageBytes - (this.bytes % pageBytes);
  }
}

function kindOf(isFirst: boolean, isLast: boolean): number {
  if (isFirst) return isLast ? fragmentKinds.full : fragmentKinds.first;
  return isLast ? fragmentKinds.last : fragmentKinds.middle;
}
