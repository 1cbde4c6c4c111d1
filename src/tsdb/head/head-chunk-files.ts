/**
 * The files of `chunks_head/`: completed chunks of the head, one behind another, each with its series
 * and times. A place is the file's number × 2^32 + the offset in it, as upstream has it.
 *
 * A chunk has its place as soon as it is queued; until it is written it is read from the queue. What
 * the disk does not take stays queued. Nothing is lost when the queue is: the log has its samples.
 */
import { type AppendFile, crc32c, type Disk, mapConcurrent, type ReadFile } from "#base";
import { ByteReader } from "../bytes/byte-reader.ts";
import { ByteWriter } from "../bytes/byte-writer.ts";
import { FormatError } from "../bytes/format-error.ts";
import { type Chunk, ChunkError } from "../chunk/chunk.ts";
import { countSamples, encodingNumber, encodingNumbered } from "../chunk/decode-chunk.ts";
import type { CompletedChunk } from "./chunk-table.ts";
import type { ChunkFileSink } from "./head.ts";
import type { SinkChunk } from "./head-memory.ts";
import type { ChunkFileReader } from "./head-reader.ts";
import type { FoundChunks } from "./head-replay.ts";
import { RecentChunks } from "./recent-chunks.ts";

export type ChunkFileDisk = Pick<
  Disk,
  | "findFacts"
  | "listDirectory"
  | "makeDirectory"
  | "openAppend"
  | "openRead"
  | "remove"
  | "syncDirectory"
>;

/** Opens the directory, made when it is absent. What is written goes to a new file. */
export async function openHeadChunkFiles(
  disk: ChunkFileDisk,
  directory: string,
): Promise<HeadChunkFiles> {
  await disk.makeDirectory(directory);
  const numbers = await listChunkFiles(disk, directory);
  return new HeadChunkFiles(disk, directory, (numbers.at(-1) ?? 0) + 1);
}

export class HeadChunkFiles implements ChunkFileSink, ChunkFileReader, AsyncDisposable {
  readonly #disk: ChunkFileDisk;
  readonly #directory: string;
  /** The file that chunks queued now will be in, and where in it. */
  #number: number;
  #offset = headerBytes;
  #queue: QueuedChunk[] = [];
  #queuedBytes = 0;
  readonly #queued = new Map<number, Chunk>();
  #open: { readonly number: number; readonly file: AppendFile } | undefined = undefined;
  readonly #readers = new Map<number, Promise<ReadFile>>();
  readonly #recent = new RecentChunks(recentBytesMax);
  #last: Promise<unknown> = Promise.resolve();
  #writtenCount = 0;

  constructor(disk: ChunkFileDisk, directory: string, number: number) {
    this.#disk = disk;
    this.#directory = directory;
    this.#number = number;
  }

  /** How many chunks were written since this was opened. */
  get writtenCount(): number {
    return this.#writtenCount;
  }

  add(chunk: SinkChunk): number {
    const record = encodeRecord(chunk);
    if (this.#offset + record.length > fileBytesMax) this.#nextFile();
    const place = this.#number * 2 ** 32 + this.#offset;
    this.#offset += record.length;
    this.#queue.push({ place, record });
    this.#queuedBytes += record.length;
    this.#queued.set(place, chunk.chunk);
    return place;
  }

  async flushWhenFull(): Promise<void> {
    if (this.#queuedBytes < queuedBytesMax) return;
    try {
      await this.flush();
    } catch (error) {
      // They stay queued. What a full disk means to the samples is decided by their log.
      if (!hasCode(error)) throw error;
    }
  }

  /** Writes everything that is queued; chunks that cannot be written stay queued. */
  flush(): Promise<void> {
    return this.#inTurn(() => this.#write());
  }

  /** Writes everything, and begins a new file. Gives its number: all before it are finished. */
  async cut(): Promise<number> {
    await this.flush();
    if (this.#offset > headerBytes) this.#nextFile();
    await this.#inTurn(() => this.#closeOpen());
    return this.#number;
  }

  /** Ascending places are read together where they are close. Throws `ChunkError` on damage. */
  async read(places: readonly number[]): Promise<readonly Chunk[]> {
    const found = new Map<number, Chunk>();
    const stored: number[] = [];
    for (const place of places) {
      const known = this.#queued.get(place) ?? this.#recent.find(place);
      if (known === undefined) stored.push(place);
      else found.set(place, known);
    }
    await mapConcurrent(windowsOf(stored), windowsAtOnce, (window) =>
      this.#readWindow(window, found),
    );
    return places.map((place) => {
      const chunk = found.get(place);
      if (chunk === undefined) throw new ChunkError(`no chunk at ${place}`);
      return chunk;
    });
  }

  /**
   * Goes through all files. At the first damage the rest is removed, as upstream does: the log has
   * the samples. Chunks out of order up to `latePlaceMin` are passed over.
   */
  async scan(latePlaceMin: number): Promise<FoundChunks & { readonly damage: string | undefined }> {
    const inOrder = new Map<number, CompletedChunk[]>();
    const late = new Map<number, CompletedChunk[]>();
    let lastPlace = -1;
    for (const number of await listChunkFiles(this.#disk, this.#directory)) {
      const damage = await this.#scanFile(number, (record) => {
        lastPlace = record.place;
        if (record.isOutOfOrder && record.place <= latePlaceMin) return;
        const bySeries = record.isOutOfOrder ? late : inOrder;
        const list = bySeries.get(record.ref) ?? [];
        bySeries.set(record.ref, list);
        const { chunk, minMs, maxMs, place } = record;
        const sampleCount = countSamples(chunk);
        list.push({ minMs, maxMs, sampleCount, encoding: chunk.encoding, place });
      });
      if (damage === undefined) continue;
      await this.#removeFrom(number, lastPlace);
      return { inOrder, late, lastPlace, damage };
    }
    return { inOrder, late, lastPlace, damage: undefined };
  }

  /** Number and length of each file that is written out. */
  async list(): Promise<readonly (readonly [number, number])[]> {
    const numbers = await listChunkFiles(this.#disk, this.#directory);
    return mapConcurrent(numbers, 8, async (number) => {
      const facts = await this.#disk.findFacts(this.#path(number));
      return [number, facts?.bytes ?? 0] as const;
    });
  }

  async removeBefore(number: number): Promise<void> {
    for (const old of await listChunkFiles(this.#disk, this.#directory)) {
      if (old < Math.min(number, this.#number)) await this.#remove(old);
    }
  }

  /** Removes files from `number` on, when nothing is queued; new chunks go to a file of that number. */
  async removeFrom(number: number): Promise<void> {
    for (const file of await listChunkFiles(this.#disk, this.#directory)) {
      if (file >= number) await this.#remove(file);
    }
    this.#number = number;
    this.#offset = headerBytes;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#open?.file.close();
    this.#open = undefined;
    for (const reader of this.#readers.values()) await (await reader).close();
    this.#readers.clear();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #nextFile(): void {
    this.#number++;
    this.#offset = headerBytes;
  }

  async #write(): Promise<void> {
    while (this.#queue.length > 0) {
      const number = fileOf(this.#queue[0]?.place ?? 0);
      const others = this.#queue.findIndex(({ place }) => fileOf(place) !== number);
      const batch = this.#queue.slice(0, others < 0 ? undefined : others);
      await this.#writeBatch(number, batch);
      this.#queue = this.#queue.slice(batch.length);
      this.#writtenCount += batch.length;
      for (const { place, record } of batch) {
        this.#queued.delete(place);
        this.#queuedBytes -= record.length;
      }
    }
  }

  async #writeBatch(number: number, batch: readonly QueuedChunk[]): Promise<void> {
    const file = await this.#fileFor(number);
    const before = file.bytes;
    const bytes = new ByteWriter(batch.reduce((sum, { record }) => sum + record.length, 16));
    if (before === 0) writeHeader(bytes);
    for (const { record } of batch) bytes.bytes(record);
    try {
      await file.write(bytes.view());
    } catch (error) {
      await file.truncate(before);
      throw error;
    }
  }

  async #fileFor(number: number): Promise<AppendFile> {
    if (this.#open?.number === number) return this.#open.file;
    await this.#closeOpen();
    const file = await this.#disk.openAppend(this.#path(number));
    this.#open = { number, file };
    await this.#disk.syncDirectory(this.#directory);
    return file;
  }

  /** What is in a file that is written no more survives a power cut. */
  async #closeOpen(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    await open.file.sync();
    await open.file.close();
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #readWindow(window: Window, found: Map<number, Chunk>): Promise<void> {
    const file = await this.#readerFor(fileOf(window.first));
    const begin = offsetOf(window.first);
    const bytes = await file.read(begin, offsetOf(window.last) - begin + windowBytesMin);
    // Chunks that are most of what was read may stay in it; others would hold more than they need.
    const isDense = bytes.length < denseBytesMax * window.places.length;
    for (const place of window.places) {
      const chunk =
        chunkIn(bytes, offsetOf(place) - begin) ??
        decodeRecord(await file.read(offsetOf(place), recordBytesMax), place).chunk;
      if (isDense) {
        found.set(place, chunk);
      } else {
        const own = { ...chunk, bytes: chunk.bytes.slice() };
        found.set(place, own);
        this.#recent.add(place, own);
      }
    }
  }

  #readerFor(number: number): Promise<ReadFile> {
    const open = this.#readers.get(number) ?? this.#disk.openRead(this.#path(number));
    this.#readers.set(number, open);
    return open;
  }

  async #scanFile(
    number: number,
    take: (record: DecodedRecord) => void,
  ): Promise<string | undefined> {
    await using file = await this.#disk.openRead(this.#path(number));
    const bytes = await file.read(0, file.bytes);
    try {
      const header = new ByteReader(bytes);
      if (header.uint32() !== magic) return "no head chunk file";
      if (header.byte() !== version) return "unknown version of head chunk files";
      let at = headerBytes;
      while (at < bytes.length) {
        // A file that grew by itself after a power cut ends in zeros.
        if (bytes.subarray(at, at + 24).every((byte) => byte === 0)) return undefined;
        const record = decodeRecord(bytes.subarray(at), number * 2 ** 32 + at);
        take(record);
        at += record.length;
      }
      return undefined;
    } catch (error) {
      if (error instanceof FormatError || error instanceof ChunkError) return error.message;
      throw error;
    }
  }

  /** Keeps what was read of a damaged file, up to the chunk at `lastPlace`, and nothing behind it. */
  async #removeFrom(number: number, lastPlace: number): Promise<void> {
    let goodBytes = 0;
    if (fileOf(lastPlace) === number) {
      await using file = await this.#disk.openRead(this.#path(number));
      const record = decodeRecord(await file.read(offsetOf(lastPlace), recordBytesMax), lastPlace);
      goodBytes = offsetOf(lastPlace) + record.length;
    }
    await this.removeFrom(goodBytes === 0 ? number : number + 1);
    if (goodBytes === 0) return;
    await using file = await this.#disk.openAppend(this.#path(number));
    await file.truncate(goodBytes);
  }

  async #remove(number: number): Promise<void> {
    this.#recent.clear();
    const reader = this.#readers.get(number);
    this.#readers.delete(number);
    if (reader !== undefined) await (await reader).close();
    if (this.#open?.number === number) {
      await this.#open.file.close();
      this.#open = undefined;
    }
    await this.#disk.remove(this.#path(number));
  }

  #path(number: number): string {
    return `${this.#directory}/${String(number).padStart(6, "0")}`;
  }
}

interface QueuedChunk {
  readonly place: number;
  readonly record: Uint8Array;
}

interface DecodedRecord {
  readonly ref: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly isOutOfOrder: boolean;
  readonly chunk: Chunk;
  readonly place: number;
  readonly length: number;
}

/** Places of one file that are read at once. */
interface Window {
  readonly first: number;
  readonly last: number;
  readonly places: readonly number[];
}

const magic = 0x0130bc91;
const version = 1;
const headerBytes = 8;
const fileBytesMax = 128 * 1024 * 1024;
/** So much is queued before it is written. */
const queuedBytesMax = 1024 * 1024;
const outOfOrderBit = 0x80;
/** Reads begin so large, as most chunks are much smaller. */
const windowBytesMin = 4096;
const windowGapMax = 16 * 1024;
const windowBytesMax = 1024 * 1024;
const windowsAtOnce = 8;
/** Of chunks that were read one by one: those in each other's neighbourhood are quickly read again. */
const recentBytesMax = 4 * 1024 * 1024;
/** Of what is read, for each chunk in it. */
const denseBytesMax = 1536;
/** Behind the series and the times. */
const encodingOffset = 24;
/** No chunk is larger. */
const recordBytesMax = 4 * 1024 * 1024;

async function listChunkFiles(
  disk: Pick<Disk, "listDirectory">,
  directory: string,
): Promise<readonly number[]> {
  const names = await disk.listDirectory(directory);
  return names
    .filter((name) => /^\d{6,10}$/.test(name))
    .map(Number)
    .sort((left, right) => left - right);
}

function writeHeader(bytes: ByteWriter): void {
  bytes.uint32(magic);
  bytes.byte(version);
  bytes.bytes(new Uint8Array(3));
}

function encodeRecord(chunk: SinkChunk): Uint8Array {
  const bytes = new ByteWriter(chunk.chunk.bytes.length + 40);
  bytes.int64(chunk.ref);
  bytes.int64(chunk.minMs);
  bytes.int64(chunk.maxMs);
  bytes.byte(encodingNumber(chunk.chunk.encoding) | (chunk.isOutOfOrder ? outOfOrderBit : 0));
  bytes.uvarint(chunk.chunk.bytes.length);
  bytes.bytes(chunk.chunk.bytes);
  bytes.uint32(crc32c(bytes.view()));
  return bytes.view();
}

function decodeRecord(bytes: Uint8Array, place: number): DecodedRecord {
  const reader = new ByteReader(bytes);
  const ref = reader.uint64();
  const minMs = reader.int64();
  const maxMs = reader.int64();
  const encoding = reader.byte();
  const data = reader.bytes(reader.uvarint());
  const sum = crc32c(bytes.subarray(0, reader.at));
  if (reader.uint32() !== sum) throw new FormatError("checksum of a head chunk does not match");
  const chunk = { encoding: encodingNumbered(encoding & ~outOfOrderBit), bytes: data };
  const isOutOfOrder = (encoding & outOfOrderBit) !== 0;
  return { ref, minMs, maxMs, isOutOfOrder, chunk, place, length: reader.at };
}

/** The chunk of the record at `at`; undefined when the bytes end before the record does. */
function chunkIn(bytes: Uint8Array, at: number): Chunk | undefined {
  if (bytes.length - at < 40) return undefined;
  const reader = new ByteReader(bytes, at + encodingOffset);
  const encoding = reader.byte();
  const length = reader.uvarint();
  if (reader.left < length + 4) return undefined;
  const data = reader.bytes(length);
  const sum = crc32c(bytes.subarray(at, reader.at));
  if (reader.uint32() !== sum) throw new FormatError("checksum of a head chunk does not match");
  return { encoding: encodingNumbered(encoding & ~outOfOrderBit), bytes: data };
}

function windowsOf(places: readonly number[]): readonly Window[] {
  const windows: Window[] = [];
  let group: number[] = [];
  for (const place of places) {
    const first = group[0] ?? place;
    const last = group.at(-1) ?? place;
    if (place - last > windowGapMax || place - first > windowBytesMax) {
      windows.push({ first, last, places: group });
      group = [];
    }
    group.push(place);
  }
  const [first] = group;
  if (first !== undefined) windows.push({ first, last: group.at(-1) ?? first, places: group });
  return windows;
}

function fileOf(place: number): number {
  return Math.floor(place / 2 ** 32);
}

function offsetOf(place: number): number {
  return place % 2 ** 32;
}

function hasCode(error: unknown): boolean {
  return error instanceof Error && "code" in error;
}
