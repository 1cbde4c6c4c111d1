import type { Disk, Zstd } from "#base";
import { FormatError } from "../bytes/format-error.ts";
import { TextPool } from "../bytes/text-pool.ts";
import { decodeRecord } from "./decode-record.ts";
import { pageBytes, segmentName } from "./frame.ts";
import type { WalRecord } from "./record.ts";
import { SegmentReader } from "./segment-reader.ts";
import { listSegments } from "./wal.ts";

export interface WalReadDeps {
  readonly disk: Pick<Disk, "listDirectory" | "openRead">;
  readonly zstd: Zstd;
  /** Told of each segment before it is read; absent when nobody waits. */
  readonly onReplay?: (progress: ReplayProgress) => void;
}

/** Which segment of a log is read, of which there are. */
export interface ReplayProgress {
  readonly min: number;
  readonly max: number;
  readonly current: number;
}

export type WalRepairDisk = Pick<Disk, "listDirectory" | "openAppend" | "remove" | "syncDirectory">;

/** How much is read at once: whole pages. */
const blockBytes = 64 * pageBytes;

/** Where a log stops being readable. What comes before it is good; nothing after it is read. */
export interface WalDamage {
  readonly segment: number;
  /** In bytes: everything before it in the segment is whole. */
  readonly offset: number;
  readonly problem: string;
}

export interface WalRange {
  /** The first segment to read. */
  readonly from: number;
  /** The last one. */
  readonly to: number;
}

/**
 * Reads a log, or a checkpoint, from its beginning or from a segment on. `take` gets the records in
 * order, some at a time; `segment` is the one that they lie in. Resolves with the damage at which
 * reading had to stop, if there is one. Records of unknown types are passed over.
 */
export async function readWal(
  deps: WalReadDeps,
  directory: string,
  range: Partial<WalRange>,
  take: (records: readonly WalRecord[], segment: number) => void | Promise<void>,
): Promise<WalDamage | undefined> {
  const { from = 0, to = Number.POSITIVE_INFINITY } = range;
  const segments = (await listSegments(deps.disk, directory)).filter(
    (at) => at >= from && at <= to,
  );
  const source = { ...deps, pool: new TextPool() };
  let next = segments[0] ?? 0;
  for (const segment of segments) {
    deps.onReplay?.({ min: segments[0] ?? 0, max: segments.at(-1) ?? 0, current: segment });
    if (segment !== next) return { segment: next, offset: 0, problem: "segment is missing" };
    const path = `${directory}/${segmentName(segment)}`;
    const damage = await readSegment(source, path, (records) => take(records, segment));
    if (damage !== undefined) return { segment, ...damage };
    next = segment + 1;
  }
  return undefined;
}

/**
 * Makes a damaged log readable again, as upstream does: everything behind the damage is given up.
 * Until it resolves, reading finds the same damage.
 */
export async function repairWal(
  disk: WalRepairDisk,
  directory: string,
  damage: WalDamage,
): Promise<void> {
  const segments = await listSegments(disk, directory);
  for (const segment of segments.toReversed()) {
    if (segment > damage.segment) await disk.remove(`${directory}/${segmentName(segment)}`);
  }
  await disk.syncDirectory(directory);
  if (!segments.includes(damage.segment)) return;
  await using file = await disk.openAppend(`${directory}/${segmentName(damage.segment)}`);
  await file.truncate(damage.offset);
  // A segment that others follow has no torn page.
  await file.write(new Uint8Array((pageBytes - (damage.offset % pageBytes)) % pageBytes));
  await file.sync();
}

async function readSegment(
  { disk, zstd, pool }: WalReadDeps & { readonly pool: TextPool },
  path: string,
  take: (records: readonly WalRecord[]) => void | Promise<void>,
): Promise<Omit<WalDamage, "segment"> | undefined> {
  await using file = await disk.openRead(path);
  const reader = new SegmentReader(zstd);
  for (let offset = 0; offset < file.bytes; offset += blockBytes) {
    const block = await file.read(offset, blockBytes);
    const { records, problem } = readBlock(reader, block, pool);
    if (records.length > 0) await take(records);
    if (problem !== undefined) return { offset: reader.wholeBytes, problem };
  }
  return reader.isTorn ? { offset: reader.wholeBytes, problem: "last record is torn" } : undefined;
}

interface BlockRecords {
  readonly records: readonly WalRecord[];
  readonly problem: string | undefined;
}

function readBlock(reader: SegmentReader, block: Uint8Array, pool: TextPool): BlockRecords {
  const records: WalRecord[] = [];
  try {
    for (const bytes of pagesOf(reader, block)) {
      const record = decodeRecord(bytes, pool);
      if (record !== undefined) records.push(record);
    }
    return { records, problem: undefined };
  } catch (error) {
    // Damage is what a reader of logs must expect: it is told, and the records before it are good.
    if (error instanceof FormatError) return { records, problem: error.message };
    throw error;
  }
}

function* pagesOf(reader: SegmentReader, block: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < block.length; at += pageBytes) {
    yield* reader.readPage(block.subarray(at, at + pageBytes));
  }
}
