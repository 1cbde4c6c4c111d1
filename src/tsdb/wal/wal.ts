import { assert, type AppendFile, type Disk, type Zstd } from "#base";
import { encodeRecord } from "./encode-record.ts";
import { findSegmentNumber, pageBytes, segmentName } from "./frame.ts";
import type { WalRecord } from "./record.ts";
import { type PackedRecord, packRecord, type WalCompression } from "./record-packing.ts";
import { SegmentWriter } from "./segment-writer.ts";
import { WalCounters } from "./wal-counters.ts";

type WalDisk = Pick<
  Disk,
  "listDirectory" | "makeDirectory" | "openAppend" | "remove" | "syncDirectory"
>;

export interface WalDeps {
  readonly disk: WalDisk;
  readonly zstd: Zstd;
}

export interface WalOptions {
  /** A segment is at most so long; more only for one record that is longer. Whole pages of 32 KiB. */
  readonly segmentBytesMax: number;
  readonly compression: WalCompression;
  /**
   * When a record is safe from a power cut: `commit` syncs before an append resolves, one sync for
   * all that arrived meanwhile; `segment` only when a segment is full, as upstream does.
   */
  readonly sync: "commit" | "segment";
}

export const walOptionsDefault: WalOptions = {
  segmentBytesMax: 128 * 1024 * 1024,
  compression: "snappy",
  sync: "commit",
};

/** Opens the log in `directory`, made when it is absent, at its end: in a new segment. */
export async function openWal(deps: WalDeps, directory: string, options: WalOptions): Promise<Wal> {
  const { disk, zstd } = deps;
  assert(options.segmentBytesMax % pageBytes === 0, "a segment is made of whole pages");
  await disk.makeDirectory(directory);
  const segments = await listSegments(disk, directory);
  const segment = (segments.at(-1) ?? -1) + 1;
  const file = await openSegment(disk, directory, segment);
  return new Wal({ disk, zstd, directory, options }, segment, file);
}

/** The numbers of a log's segments, ascending. */
export async function listSegments(
  disk: Pick<Disk, "listDirectory">,
  directory: string,
): Promise<readonly number[]> {
  const names = await disk.listDirectory(directory);
  return names.flatMap((name) => findSegmentNumber(name) ?? []).sort((left, right) => left - right);
}

interface WalPlace extends WalDeps {
  readonly directory: string;
  readonly options: WalOptions;
}

interface PendingAppend {
  readonly records: readonly PackedRecord[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The end of a write-ahead log.
 *
 * Appends that arrive while others are being written form a group: one write, one sync for all of
 * them. A group that cannot be written (a full disk) is cut off again and refused, and the log goes
 * on. When that fails too, or a sync does, nobody knows what is on the disk: the log takes no more.
 */
export class Wal implements AsyncDisposable {
  readonly counters = new WalCounters();
  readonly #place: WalPlace;
  #segment: number;
  #file: AppendFile;
  #writer: SegmentWriter;
  #pending: PendingAppend[] = [];
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;
  #failure: unknown = undefined;

  constructor(place: WalPlace, segment: number, file: AppendFile) {
    this.#place = place;
    this.#segment = segment;
    this.#file = file;
    this.#writer = new SegmentWriter(place.options.segmentBytesMax, this.counters);
  }

  get compression(): WalCompression {
    return this.#place.options.compression;
  }

  /** The number of the segment that is written to. */
  get segment(): number {
    return this.#segment;
  }

  /** How much of that segment is written. */
  get segmentBytes(): number {
    return this.#writer.bytes;
  }

  /** Resolves when the records are in the log, in this order. Calls keep their order. */
  append(records: readonly WalRecord[]): Promise<void> {
    assert(!this.#isClosed, "a log that is closed gets no more records");
    const { zstd, options } = this.#place;
    // Encoded at once, so that the caller may use its columns again.
    const packed = records.flatMap(encodeRecord).map((bytes) => {
      const record = packRecord(bytes, options.compression, zstd);
      this.counters.bytesSaved += bytes.length - record.bytes.length;
      return record;
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#pending.push({ records: packed, resolve, reject });
    // The first of a group asks for it to be written; whoever comes until then joins.
    if (this.#pending.length === 1) void this.#inTurn(() => this.#flush());
    return promise;
  }

  /** Begins the next segment and resolves with its number: what was appended before is in older ones. */
  cut(): Promise<number> {
    return this.#inTurn(async () => {
      this.#checkSound();
      const goodBytes = this.#writer.bytes;
      try {
        await this.#rotate();
      } catch (error) {
        await this.#retract(goodBytes);
        throw error;
      }
      return this.#segment;
    });
  }

  /** Resolves when everything appended is safe from a power cut. */
  sync(): Promise<void> {
    return this.#inTurn(() => this.#sync());
  }

  /** Removes the segments before `segment`. */
  async removeBefore(segment: number): Promise<void> {
    const { disk, directory } = this.#place;
    this.counters.truncations++;
    try {
      for (const old of await listSegments(disk, directory)) {
        if (old < segment) await disk.remove(`${directory}/${segmentName(old)}`);
      }
    } catch (error) {
      this.counters.truncationsFailed++;
      throw error;
    }
  }

  /** Waits for what was appended. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#inTurn(async () => {
      if (this.#failure === undefined) {
        this.#writer.padPage();
        await this.#writeOut();
        await this.#file.sync();
      }
      await this.#file.close();
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #flush(): Promise<void> {
    const group = this.#pending;
    this.#pending = [];
    try {
      this.#checkSound();
      await this.#write(group);
      for (const append of group) append.resolve();
    } catch (error) {
      this.counters.writesFailed++;
      for (const append of group) append.reject(error);
    }
  }

  async #write(group: readonly PendingAppend[]): Promise<void> {
    let goodBytes = this.#writer.bytes;
    try {
      for (const record of group.flatMap((append) => append.records)) {
        if (!this.#writer.hasRoom(record)) {
          await this.#rotate();
          goodBytes = 0;
        }
        this.#writer.add(record);
      }
      await this.#writeOut();
    } catch (error) {
      await this.#retract(goodBytes);
      throw error;
    }
    if (this.#place.options.sync === "commit") await this.#sync();
  }

  async #writeOut(): Promise<void> {
    const bytes = this.#writer.take();
    const end = this.#writer.bytes;
    await this.#file.write(bytes);
    this.counters.pageFlushes++;
    const pagesBefore = Math.floor((end - bytes.length) / pageBytes);
    this.counters.completedPages += Math.floor(end / pageBytes) - pagesBefore;
  }

  /** Cuts off what was written in vain: behind it, a reader would not find what comes next. */
  async #retract(bytes: number): Promise<void> {
    try {
      await this.#file.truncate(bytes);
      this.#writer.resetTo(bytes);
    } catch (error) {
      this.#failure = error;
    }
  }

  async #rotate(): Promise<void> {
    const { disk, directory, options } = this.#place;
    this.#writer.padPage();
    await this.#writeOut();
    await this.#sync();
    const next = await openSegment(disk, directory, this.#segment + 1);
    await this.#file.close();
    this.#file = next;
    this.#segment++;
    this.#writer = new SegmentWriter(options.segmentBytesMax, this.counters);
  }

  async #sync(): Promise<void> {
    try {
      await this.#file.sync();
    } catch (error) {
      // The system may have dropped what it could not write, and would tell so only once.
      this.#failure = error;
      throw error;
    }
  }

  #checkSound(): void {
    if (this.#failure === undefined) return;
    throw new Error("the write-ahead log is broken", { cause: this.#failure });
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => {});
    return turn;
  }
}

async function openSegment(disk: WalDisk, directory: string, segment: number): Promise<AppendFile> {
  const file = await disk.openAppend(`${directory}/${segmentName(segment)}`);
  await disk.syncDirectory(directory);
  return file;
}
