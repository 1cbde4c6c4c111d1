import type { Chunk } from "../chunk/chunk.ts";

/** What the bookkeeping of one chunk takes beside its bytes. */
const overheadBytes = 200;

/**
 * The chunks that were read from files of late, by their places: a dashboard asks for the same hours
 * every few seconds. A chunk never changes, and its place is not used again while the process lives.
 */
export class RecentChunks {
  readonly #bytesMax: number;
  /** The one that was used last is the last. */
  readonly #chunks = new Map<number, Chunk>();
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  find(place: number): Chunk | undefined {
    const chunk = this.#chunks.get(place);
    if (chunk === undefined) return undefined;
    this.#chunks.delete(place);
    this.#chunks.set(place, chunk);
    return chunk;
  }

  /** Keeps a chunk, which must not be a part of larger bytes, and forgets old ones for it. */
  add(place: number, chunk: Chunk): void {
    if (this.#chunks.has(place)) return;
    this.#chunks.set(place, chunk);
    this.#bytes += sizeOf(chunk);
    for (const [oldest, old] of this.#chunks) {
      if (this.#bytes <= this.#bytesMax) return;
      this.#chunks.delete(oldest);
      this.#bytes -= sizeOf(old);
    }
  }

  clear(): void {
    this.#chunks.clear();
    this.#bytes = 0;
  }
}

function sizeOf({ bytes }: Chunk): number {
  return bytes.length + overheadBytes;
}
