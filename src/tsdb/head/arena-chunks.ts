import { ByteArena } from "./byte-arena.ts";
import type { CopyRoom } from "./copy-room.ts";
import type { SeriesTable } from "./series-table.ts";

/**
 * The open chunks of series of floats: the XOR encoding of blocks (after the Gorilla paper), written
 * straight into the arena, with the encoder's state in the columns of the series table.
 *
 * A chunk is a count of samples (two bytes, written when it is copied out), the first time as a
 * signed varint, the first value in full; then the first interval as a varint and from there on
 * the change of the interval, each followed by the bits in which the value differs from the one before.
 */
export class ArenaChunks {
  readonly arena = new ByteArena();
  /** Where the next bits go: set by each append from the columns, and written back. */
  #slab: Uint8Array = new Uint8Array(0);
  #base = 0;
  #bit = 0;

  /** Begins a chunk, which has no sample yet. */
  begin(series: SeriesTable, slot: number): void {
    series.cellClasses[slot] = 0;
    series.addresses[slot] = this.arena.allocate(0);
    series.bitCounts[slot] = headerBits;
    series.sampleCounts[slot] = 0;
  }

  /** Frees the chunk's bytes. */
  end(series: SeriesTable, slot: number): void {
    this.arena.free(series.addresses[slot] ?? 0);
    series.addresses[slot] = 0;
    series.sampleCounts[slot] = 0;
  }

  byteLength(series: SeriesTable, slot: number): number {
    return ((series.bitCounts[slot] ?? 0) + 7) >>> 3;
  }

  /** A copy of the chunk, in `room`. */
  copy(series: SeriesTable, slot: number, room: CopyRoom): Uint8Array {
    const bytes = room.take(this.byteLength(series, slot));
    this.arena.copy(series.addresses[slot] ?? 0, bytes);
    const samples = series.sampleCounts[slot] ?? 0;
    bytes[0] = samples >>> 8;
    bytes[1] = samples;
    return bytes;
  }

  /** Adds a sample; its time is after the last one's. */
  append(series: SeriesTable, slot: number, sample: ChunkSample): void {
    const count = series.sampleCounts[slot] ?? 0;
    if (count === 0) this.#appendFirst(series, slot, sample);
    else if (count === 1) this.#appendSecond(series, slot, sample);
    else this.#appendNext(series, slot, sample);
    series.bitCounts[slot] = this.#bit;
    series.sampleCounts[slot] = count + 1;
    series.maxTimesMs[slot] = sample.timestampMs;
    series.lastValueWords[slot * 2] = sample.low;
    series.lastValueWords[slot * 2 + 1] = sample.high;
  }

  #appendFirst(series: SeriesTable, slot: number, sample: ChunkSample): void {
    const { timestampMs } = sample;
    this.#seek(series, slot, 144);
    this.#putVarint(timestampMs < 0 ? -timestampMs * 2 - 1 : timestampMs * 2);
    this.#put(sample.high, 32);
    this.#put(sample.low, 32);
    series.minTimesMs[slot] = timestampMs;
    series.lastDeltasMs[slot] = 0;
    series.leadings[slot] = noWindow;
    series.trailings[slot] = 0;
  }

  #appendSecond(series: SeriesTable, slot: number, sample: ChunkSample): void {
    const { timestampMs } = sample;
    const deltaMs = timestampMs - (series.maxTimesMs[slot] ?? 0);
    this.#seek(series, slot, 80 + valueBitsMax);
    this.#putVarint(deltaMs);
    this.#putValue(series, slot, sample);
    series.lastDeltasMs[slot] = deltaMs;
  }

  #appendNext(series: SeriesTable, slot: number, sample: ChunkSample): void {
    const { timestampMs } = sample;
    const deltaMs = timestampMs - (series.maxTimesMs[slot] ?? 0);
    const change = deltaMs - (series.lastDeltasMs[slot] ?? 0);
    const isSame =
      sample.low === series.lastValueWords[slot * 2] &&
      sample.high === series.lastValueWords[slot * 2 + 1];
    // Most samples come at their interval, and many repeat the value: two bits then.
    if (change === 0 && isSame) {
      this.#seek(series, slot, 2);
      this.#put(0, 2);
      return;
    }
    this.#seek(series, slot, changeBits(change) + (isSame ? 1 : valueBitsMax));
    this.#putChange(change);
    this.#putValue(series, slot, sample);
    series.lastDeltasMs[slot] = deltaMs;
  }

  /** Points to the end of a chunk and makes sure that `bits` more fit. */
  #seek(series: SeriesTable, slot: number, bits: number): void {
    const written = series.bitCounts[slot] ?? 0;
    const bytes = (written + bits + 7) >>> 3;
    let address = series.addresses[slot] ?? 0;
    if (bytes > ByteArena.cellBytes(series.cellClasses[slot] ?? 0)) {
      const cellClass = ByteArena.classFor(bytes);
      address = this.arena.move(address, (written + 7) >>> 3, cellClass);
      series.addresses[slot] = address;
      series.cellClasses[slot] = cellClass;
    }
    this.#slab = this.arena.slab(address);
    this.#base = ByteArena.offset(address);
    this.#bit = written;
  }

  /** Writes the low `count` bits of `word`, the highest first. */
  #put(word: number, count: number): void {
    const slab = this.#slab;
    let left = count;
    let at = this.#base + (this.#bit >>> 3);
    let free = 8 - (this.#bit & 7);
    this.#bit += count;
    if (free < 8) {
      const taken = Math.min(free, left);
      const part = (word >>> (left - taken)) & ((1 << taken) - 1);
      slab[at] = (slab[at] ?? 0) | (part << (free - taken));
      left -= taken;
      at++;
    }
    free = 8;
    while (left >= 8) {
      left -= 8;
      slab[at++] = word >>> left;
    }
    if (left > 0) slab[at] = (word & ((1 << left) - 1)) << (8 - left);
  }

  #putVarint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.#put((rest % 128) | 128, 8);
      rest = Math.floor(rest / 128);
    }
    this.#put(rest, 8);
  }

  #putChange(change: number): void {
    if (change === 0) this.#put(0, 1);
    else if (isWithin(change, 14)) this.#put((0b10 << 14) | (change & 0x3fff), 16);
    else if (isWithin(change, 17)) this.#put((0b110 << 17) | (change & 0x1ffff), 20);
    else if (isWithin(change, 20)) this.#put((0b1110 << 20) | (change & 0xfffff), 24);
    else {
      const high = Math.floor(change / 2 ** 32);
      this.#put(0b1111, 4);
      this.#put(high | 0, 32);
      this.#put((change - high * 2 ** 32) | 0, 32);
    }
  }

  #putValue(series: SeriesTable, slot: number, sample: ChunkSample): void {
    const low = (sample.low ^ (series.lastValueWords[slot * 2] ?? 0)) >>> 0;
    const high = (sample.high ^ (series.lastValueWords[slot * 2 + 1] ?? 0)) >>> 0;
    if (low === 0 && high === 0) {
      this.#put(0, 1);
      return;
    }
    const zeros = high !== 0 ? Math.clz32(high) : 32 + Math.clz32(low);
    const leading = Math.min(zeros, 31);
    const trailing = low !== 0 ? trailingZeros(low) : 32 + trailingZeros(high);
    const windowLeading = series.leadings[slot] ?? 0;
    const windowTrailing = series.trailings[slot] ?? 0;
    if (windowLeading !== noWindow && leading >= windowLeading && trailing >= windowTrailing) {
      this.#put(0b10, 2);
      this.#putMiddle(high, low, windowLeading, windowTrailing);
      return;
    }
    series.leadings[slot] = leading;
    series.trailings[slot] = trailing;
    const significant = 64 - leading - trailing;
    // A length of 64 does not fit into six bits; 0, which never occurs, stands for it.
    this.#put((0b11 << 11) | (leading << 6) | (significant & 63), 13);
    this.#putMiddle(high, low, leading, trailing);
  }

  /** Writes what is between the leading and the trailing bits. */
  #putMiddle(high: number, low: number, leading: number, trailing: number): void {
    const significant = 64 - leading - trailing;
    const isFar = trailing >= 32;
    const lower = isFar ? high >>> (trailing - 32) : joined(high, low, trailing);
    if (significant > 32) this.#put(high >>> trailing, significant - 32);
    this.#put(lower, Math.min(significant, 32));
  }
}

/**
 * A sample on its way into a chunk: its time, and the low and the high 32 bits of its value. One
 * object serves for all, since numbers that are handed from call to call may each become an object.
 */
export interface ChunkSample {
  timestampMs: number;
  low: number;
  high: number;
}

const headerBits = 16;
/** The value of `leadings` while no window of bits has been written. */
const noWindow = 0xff;
const valueBitsMax = 13 + 64;

function changeBits(change: number): number {
  if (change === 0) return 1;
  if (isWithin(change, 14)) return 16;
  if (isWithin(change, 17)) return 20;
  return isWithin(change, 20) ? 24 : 68;
}

function isWithin(change: number, bits: number): boolean {
  const limit = 2 ** (bits - 1);
  return change > -limit && change <= limit;
}

function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/** The low 32 bits of `high`:`low` shifted right by less than 32. */
function joined(high: number, low: number, shift: number): number {
  return shift === 0 ? low : (low >>> shift) | (high << (32 - shift));
}
