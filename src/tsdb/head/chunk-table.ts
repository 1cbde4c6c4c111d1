import type { ChunkEncoding } from "../chunk/chunk.ts";
import { encodingNumber, encodingNumbered } from "../chunk/decode-chunk.ts";
import { grownBytes, grownDoubles, grownShorts, grownWords } from "./columns.ts";

/** A completed chunk of the head: its bytes are in a head chunk file. */
export interface CompletedChunk {
  readonly minMs: number;
  readonly maxMs: number;
  readonly sampleCount: number;
  readonly encoding: ChunkEncoding;
  /** File number × 2^32 + offset. */
  readonly place: number;
}

/**
 * The completed chunks of all series, as columns: each series has a list, newest first, whose first
 * entry is in the series table. Entry 0 is nobody's and ends every list.
 */
export class ChunkTable {
  next = new Uint32Array(64);
  minTimesMs = new Float64Array(64);
  maxTimesMs = new Float64Array(64);
  places = new Float64Array(64);
  sampleCounts = new Uint16Array(64);
  encodings = new Uint8Array(64);
  /** Entries that were ever used, entry 0 included. */
  used = 1;
  #live = 0;
  #firstFree = 0;

  get count(): number {
    return this.#live;
  }

  get byteLength(): number {
    return this.next.length * 31;
  }

  /** Puts a chunk before `older`, the list so far, and gives the entry that is now its first. */
  add(chunk: CompletedChunk, older: number): number {
    const entry = this.#take();
    this.next[entry] = older;
    this.minTimesMs[entry] = chunk.minMs;
    this.maxTimesMs[entry] = chunk.maxMs;
    this.places[entry] = chunk.place;
    this.sampleCounts[entry] = chunk.sampleCount;
    this.encodings[entry] = encodingNumber(chunk.encoding);
    return entry;
  }

  get(entry: number): CompletedChunk {
    return {
      minMs: this.minTimesMs[entry] ?? 0,
      maxMs: this.maxTimesMs[entry] ?? 0,
      sampleCount: this.sampleCounts[entry] ?? 0,
      encoding: encodingNumbered(this.encodings[entry] ?? 0),
      place: this.places[entry] ?? 0,
    };
  }

  /** Whether no chunk of a list has samples at `minMs` or later. */
  endsBefore(first: number, minMs: number): boolean {
    return first === 0 || (this.maxTimesMs[first] ?? 0) < minMs;
  }

  /** Chunks of a list that have samples in `[minMs, maxMs]`, oldest first. */
  list(first: number, minMs: number, maxMs: number): CompletedChunk[] {
    const found: CompletedChunk[] = [];
    for (let entry = first; entry !== 0; entry = this.next[entry] ?? 0) {
      if ((this.maxTimesMs[entry] ?? 0) < minMs) break;
      if ((this.minTimesMs[entry] ?? 0) <= maxMs) found.push(this.get(entry));
    }
    return found.reverse();
  }

  /** Takes the chunks that end before `minMs` off the end of a list; gives its first entry, or 0. */
  dropBefore(first: number, minMs: number): number {
    let kept = 0;
    let entry = first;
    while (entry !== 0 && (this.maxTimesMs[entry] ?? 0) >= minMs) {
      kept = entry;
      entry = this.next[entry] ?? 0;
    }
    if (kept !== 0) this.next[kept] = 0;
    while (entry !== 0) entry = this.#release(entry);
    return kept === 0 ? 0 : first;
  }

  /** Makes `count` new entries in a row, to be written from outside, and gives the first. */
  adopt(count: number): number {
    this.#reserve(this.used + count);
    const first = this.used;
    this.used += count;
    this.#live += count;
    return first;
  }

  #take(): number {
    this.#live++;
    const entry = this.#firstFree;
    if (entry !== 0) {
      this.#firstFree = this.next[entry] ?? 0;
      return entry;
    }
    this.#reserve(this.used + 1);
    return this.used++;
  }

  #reserve(rows: number): void {
    this.next = grownWords(this.next, rows);
    this.minTimesMs = grownDoubles(this.minTimesMs, rows);
    this.maxTimesMs = grownDoubles(this.maxTimesMs, rows);
    this.places = grownDoubles(this.places, rows);
    this.sampleCounts = grownShorts(this.sampleCounts, rows);
    this.encodings = grownBytes(this.encodings, rows);
  }

  /** Frees an entry and gives the one after it. */
  #release(entry: number): number {
    const next = this.next[entry] ?? 0;
    this.next[entry] = this.#firstFree;
    this.#firstFree = entry;
    this.#live--;
    return next;
  }
}
