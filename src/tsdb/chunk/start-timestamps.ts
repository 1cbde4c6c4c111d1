/**
 * Start timestamps, which newer chunks keep behind each sample: only from the first one on that
 * changes, as the distance to the previous sample's timestamp and then how much that changes.
 *
 * A byte of the chunk's header tells whether the first sample has one (bit 7) and the index of the
 * first sample with another one than that (bits 0 to 6; 0: none has).
 */
import type { BitReader } from "./bit-reader.ts";
import type { BitWriter } from "./bit-writer.ts";
import { readVarbit, writeVarbit } from "./varbit.ts";

/** Where the header byte is, in every encoding that has one. */
const headerIndex = 2;
const firstKnownBit = 0x80;
/** From this sample on every one has its own: a later index does not fit into the header. */
const changeIndexMax = 0x7f;

export class StartWriter {
  #header = 0;
  #index = 0;
  #timestampMs = 0;
  #startMs = 0;
  #distanceMs = 0;

  constructor(last?: StartReader) {
    if (last === undefined) return;
    this.#header = last.header;
    this.#index = last.index;
    this.#timestampMs = last.timestampMs;
    this.#startMs = last.startMs;
    this.#distanceMs = last.distanceMs;
  }

  /** Writes the start timestamp of the sample whose other fields have just been written; 0: unknown. */
  write(bits: BitWriter, timestampMs: number, startMs: number): void {
    if (this.#index === 0) this.#writeFirst(bits, timestampMs, startMs);
    else this.#writeNext(bits, startMs);
    this.#index++;
    this.#timestampMs = timestampMs;
    this.#startMs = startMs;
  }

  #writeFirst(bits: BitWriter, timestampMs: number, startMs: number): void {
    if (startMs === 0) return;
    bits.writeVarint(timestampMs - startMs);
    this.#setHeader(bits, firstKnownBit);
  }

  #writeNext(bits: BitWriter, startMs: number): void {
    const distanceMs = this.#timestampMs - startMs;
    if ((this.#header & changeIndexMax) !== 0) {
      writeVarbit(bits, distanceMs - this.#distanceMs);
    } else {
      if (startMs === this.#startMs && this.#index !== changeIndexMax) return;
      this.#setHeader(bits, this.#header | this.#index);
      writeVarbit(bits, distanceMs);
    }
    this.#distanceMs = distanceMs;
  }

  #setHeader(bits: BitWriter, header: number): void {
    this.#header = header;
    bits.setByte(headerIndex, header);
  }
}

export class StartReader {
  readonly header: number;
  index = 0;
  timestampMs = 0;
  /** Of the last sample read; 0 where it is not known. */
  startMs = 0;
  distanceMs = 0;

  constructor(bytes: Uint8Array) {
    this.header = bytes[headerIndex] ?? 0;
  }

  /** Whether any sample has one. */
  get isPresent(): boolean {
    return this.header !== 0;
  }

  /** Reads the start timestamp of the sample whose other fields have just been read. */
  read(bits: BitReader, timestampMs: number): void {
    const changeIndex = this.header & changeIndexMax;
    if (this.index === 0) {
      if ((this.header & firstKnownBit) !== 0) this.startMs = timestampMs - bits.readVarint();
    } else if (changeIndex !== 0 && this.index >= changeIndex) {
      const read = readVarbit(bits);
      this.distanceMs = this.index === changeIndex ? read : this.distanceMs + read;
      this.startMs = this.timestampMs - this.distanceMs;
    }
    this.index++;
    this.timestampMs = timestampMs;
  }
}
