import { type Clock, type Disk, type ReadFile, sleep, type Zstd } from "#base";
import { FormatError } from "../bytes/format-error.ts";
import { TextPool } from "../bytes/text-pool.ts";
import { findCheckpoint } from "./checkpoint.ts";
import { decodeRecord } from "./decode-record.ts";
import { pageBytes, segmentName } from "./frame.ts";
import { readWal, type WalReadDeps } from "./read-wal.ts";
import type { WalRecord } from "./record.ts";
import { SegmentReader } from "./segment-reader.ts";
import { listSegments } from "./wal.ts";

export interface FollowDeps {
  readonly disk: Pick<Disk, "listDirectory" | "openRead">;
  readonly zstd: Zstd;
  readonly clock: Clock;
  /** Told of each segment that is begun to be read. */
  readonly onSegment: (segment: number) => void;
}

/** How often the log is looked at when nothing came. */
const lookMs = 200;
/** How much is read at once: whole pages. */
const blockBytes = 64 * pageBytes;

/**
 * The records of a log that is being written, from now on, until the signal aborts. First come the
 * series and metadata of what was written before, without which the samples would mean nothing.
 *
 * Nothing is kept in memory for a slow reader: it goes on where it stopped, and what waits is on
 * disk. When so much was written meanwhile that its segment is gone, it goes on with the oldest
 * segment there is.
 */
export async function* followWal(
  deps: FollowDeps,
  directory: string,
  signal: AbortSignal,
): AsyncGenerator<readonly WalRecord[]> {
  const segments = await listSegments(deps.disk, directory);
  let segment = segments.at(-1) ?? 0;
  // What the newest segment holds already is skipped but for its series: it was sent before, or is old.
  yield* describedSeries(deps, directory, segment);
  let tail = openTail(deps, directory, segment);
  let isBefore = true;
  while (!signal.aborted) {
    const records = await tail.read();
    if (records === undefined) {
      // Until there is another segment there is nothing to do but wait.
      if (!(await slept(deps.clock, signal))) return;
      segment = await oldestFrom(deps.disk, directory, segment);
      tail = openTail(deps, directory, segment);
      continue;
    }
    if (records.length > 0) {
      yield isBefore ? records.filter(isDescription) : records;
      continue;
    }
    isBefore = false;
    const next = (await listSegments(deps.disk, directory)).find((one) => one > segment);
    if (next !== undefined && (await tail.isAtEnd())) {
      segment = next;
      tail = openTail(deps, directory, segment);
      continue;
    }
    if (!(await slept(deps.clock, signal))) return;
  }
}

function openTail(deps: FollowDeps, directory: string, segment: number): SegmentTail {
  deps.onSegment(segment);
  return new SegmentTail(deps, directory, segment);
}

/** Says what series are, rather than what they measured. */
function isDescription({ kind }: WalRecord): boolean {
  return kind === "series" || kind === "metadata";
}

async function* describedSeries(
  deps: WalReadDeps,
  directory: string,
  before: number,
): AsyncGenerator<readonly WalRecord[]> {
  const batches: WalRecord[][] = [];
  const take = (records: readonly WalRecord[]) => {
    batches.push(records.filter(isDescription));
  };
  const checkpoint = await findCheckpoint(deps.disk, directory);
  if (checkpoint !== undefined) await readWal(deps, checkpoint.directory, {}, take);
  const from = (checkpoint?.segment ?? -1) + 1;
  if (before > from) await readWal(deps, directory, { from, to: before - 1 }, take);
  yield* batches;
}

async function oldestFrom(
  disk: Pick<Disk, "listDirectory">,
  directory: string,
  segment: number,
): Promise<number> {
  const segments = await listSegments(disk, directory);
  return segments.find((one) => one >= segment) ?? segments.at(-1) ?? segment;
}

async function slept(clock: Clock, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(clock, lookMs, signal);
    return true;
  } catch (error) {
    // Being asked to stop is how following ends.
    if (signal.aborted) return false;
    throw error;
  }
}

/** Reads a segment that may still grow: whole pages once, the last one again until it is whole. */
class SegmentTail {
  readonly #disk: Pick<Disk, "openRead">;
  readonly #path: string;
  readonly #pool = new TextPool();
  readonly #reader: SegmentReader;
  /** Where the first page begins that was not read as a whole. */
  #offset = 0;
  /** How many records of that page were handed out already. */
  #handedOut = 0;

  constructor({ disk, zstd }: WalReadDeps, directory: string, segment: number) {
    this.#disk = disk;
    this.#reader = new SegmentReader(zstd);
    this.#path = `${directory}/${segmentName(segment)}`;
  }

  /** The records that have come; none yet is an empty list. Undefined when the segment is gone. */
  async read(): Promise<readonly WalRecord[] | undefined> {
    let file: ReadFile;
    try {
      file = await this.#disk.openRead(this.#path);
    } catch (error) {
      // The log was truncated past us.
      if (isAbsent(error)) return undefined;
      throw error;
    }
    await using opened = file;
    const block = await opened.read(this.#offset, blockBytes);
    const records: WalRecord[] = [];
    for (let at = 0; at < block.length; at += pageBytes) {
      const page = block.subarray(at, at + pageBytes);
      const found = this.#readPage(page);
      for (const bytes of found.slice(this.#handedOut)) {
        const record = decodeRecord(bytes, this.#pool);
        if (record !== undefined) records.push(record);
      }
      const isWhole = page.length === pageBytes;
      this.#handedOut = isWhole ? 0 : Math.max(this.#handedOut, found.length);
      if (isWhole) this.#offset += pageBytes;
    }
    return records;
  }

  /** Whether nothing is left to read. */
  async isAtEnd(): Promise<boolean> {
    await using file = await this.#disk.openRead(this.#path);
    return file.bytes - this.#offset < pageBytes;
  }

  /** A page that is not whole yet leaves no trace: it is read again. */
  #readPage(page: Uint8Array): readonly Uint8Array[] {
    const isWhole = page.length === pageBytes;
    const reader = isWhole ? this.#reader : this.#reader.copy();
    const found: Uint8Array[] = [];
    try {
      for (const record of reader.readPage(page)) found.push(record);
    } catch (error) {
      // A record that is being written is torn for a moment; in a whole page it is damage.
      if (isWhole || !(error instanceof FormatError)) throw error;
    }
    return found;
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
