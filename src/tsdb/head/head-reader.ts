import { compareText } from "#base";
import {
  appendRow,
  compareLabels,
  type LabelMatcher,
  type Labels,
  SampleBuffer,
  type SelectHints,
  type SeriesRef,
} from "#series";
import type { Chunk } from "../chunk/chunk.ts";
import {
  ChunkPiece,
  type Piece,
  PieceSource,
  sortedPieces,
  type TimeRange,
  withoutRanges,
} from "../query/piece.ts";
import type { CompletedChunk } from "./chunk-table.ts";
import type { OpenRead } from "./commit-log.ts";
import { CopyRoom } from "./copy-room.ts";
import type { Head } from "./head.ts";
import { selectSlots } from "./select-slots.ts";

/** Head chunk files, to read from. */
export interface ChunkFileReader {
  /** The chunks at these places, in their order. */
  read(places: readonly number[]): Promise<readonly Chunk[]>;
}

/** What a reader leaves to blocks: samples in order before `inOrderMinMs`, out of order up to a place. */
export interface HeadReaderLimits {
  readonly inOrderMinMs: number;
  readonly latePlaceMin: number;
}

/** A consistent view of the head. */
export class HeadReader implements Disposable {
  readonly #head: Head;
  readonly #files: ChunkFileReader;
  readonly #read: OpenRead;
  readonly #limits: HeadReaderLimits;

  constructor(head: Head, files: ChunkFileReader, range: TimeRange, limits: HeadReaderLimits) {
    this.#head = head;
    this.#files = files;
    this.#limits = limits;
    this.#read = head.commits.open(range.minMs, range.maxMs);
  }

  /** The series that match and have samples in the range, sorted by labels. */
  async select(
    matchers: readonly LabelMatcher[],
    hints: SelectHints,
  ): Promise<readonly PieceSource[]> {
    const drafts = this.#drafts(matchers, hints);
    const places: number[] = [];
    for (const { stored } of drafts) for (const { chunk } of stored) places.push(chunk.place);
    const chunks = await readSorted(this.#files, places);
    return drafts.map((draft) => new PieceSource(draft.labels, piecesOf(draft, chunks)));
  }

  /** Sorted. */
  async labelNames(matchers: readonly (readonly LabelMatcher[])[]): Promise<readonly string[]> {
    const { series } = this.#head.memory;
    if (matchers.length === 0) return series.pairs.names();
    const names = new Set<string>();
    for (const slot of matchers.flatMap((list) => [...selectSlots(series, list)])) {
      for (const pair of series.pairsOf(slot)) names.add(series.pairs.name(pair));
    }
    return [...names].sort(compareText);
  }

  /** Sorted. */
  async labelValues(
    name: string,
    matchers: readonly (readonly LabelMatcher[])[],
  ): Promise<readonly string[]> {
    const { series } = this.#head.memory;
    const pairs = series.pairs.pairsOf(name) ?? new Map<string, number>();
    if (matchers.length === 0) return [...pairs.keys()].sort(compareText);
    const wanted = new Uint8Array(series.count);
    for (const list of matchers) for (const slot of selectSlots(series, list)) wanted[slot] = 1;
    return [...pairs]
      .filter(([, pair]) => series.postings.intersects(pair, wanted))
      .map(([value]) => value)
      .sort(compareText);
  }

  [Symbol.dispose](): void {
    this.#read[Symbol.dispose]();
  }

  /** All that is in memory is taken in one go; only what is in files is still to be read. */
  #drafts(matchers: readonly LabelMatcher[], hints: SelectHints): readonly Draft[] {
    const { series } = this.#head.memory;
    const whole = {
      minMs: Math.max(hints.minMs, this.#read.minMs),
      maxMs: Math.min(hints.maxMs, this.#read.maxMs),
    };
    const wanted: Wanted = {
      whole,
      inOrder: { ...whole, minMs: Math.max(whole.minMs, this.#limits.inOrderMinMs) },
      hidden: this.#read.hidden(),
      room: new CopyRoom(),
    };
    const drafts: Draft[] = [];
    for (const slot of selectSlots(series, matchers)) {
      const draft = this.#draft(slot, wanted);
      if (draft !== undefined) drafts.push(draft);
    }
    drafts.sort((left, right) => compareLabels(left.labels, right.labels));
    return hints.seriesMax > 0 ? drafts.slice(0, hints.seriesMax) : drafts;
  }

  /** One of many: what a series does not have makes no object. */
  #draft(slot: number, { whole, inOrder, hidden, room }: Wanted): Draft | undefined {
    const { memory, deletions } = this.#head;
    const ref = memory.series.refs[slot] ?? 0;
    const hiddenMs = hidden.get(ref) ?? Number.POSITIVE_INFINITY;
    const range = hiddenMs < inOrder.maxMs ? { ...inOrder, maxMs: hiddenMs } : inOrder;
    const deleted = deletions.get(ref) ?? noRanges;
    const completed = memory.series.completed[slot] ?? 0;
    let stored = memory.completed.endsBefore(completed, range.minMs)
      ? nothingStored
      : memory.completed
          .list(completed, range.minMs, range.maxMs)
          .map((chunk) => ({ chunk, range }));
    const open = memory.openOverlaps(slot, range) ? memory.openChunk(slot, room) : undefined;
    let inMemory: readonly Piece[] =
      open === undefined ? [] : [new ChunkPiece(open, open, range, deleted)];
    if (memory.outOfOrder.has(ref)) {
      const late = latePieces(this.#head, ref, whole, this.#limits.latePlaceMin);
      stored = [...stored, ...late.stored];
      inMemory = [...inMemory, ...late.inMemory];
    }
    if (stored.length + inMemory.length === 0) return undefined;
    return { labels: memory.series.labels(slot), stored, inMemory, deleted };
  }
}

function piecesOf(
  { stored, inMemory, deleted }: Draft,
  chunks: ReadonlyMap<number, Chunk>,
): readonly Piece[] {
  if (stored.length === 0) return sortedPieces(inMemory);
  const read = stored.flatMap(({ chunk, range }) => {
    const found = chunks.get(chunk.place);
    return found === undefined ? [] : [new ChunkPiece(found, chunk, range, deleted)];
  });
  return sortedPieces([...read, ...inMemory]);
}

/** What a selection wants of every series. */
interface Wanted {
  readonly whole: TimeRange;
  /** Of samples in order, those that are not left to blocks. */
  readonly inOrder: TimeRange;
  readonly hidden: ReadonlyMap<SeriesRef, number>;
  /** For what is copied of open chunks. */
  readonly room: CopyRoom;
}

const noRanges: readonly TimeRange[] = [];

/** What a series has out of order in a range; chunks up to `placeMin` do not count. */
export function latePieces(
  head: Head,
  ref: SeriesRef,
  range: TimeRange,
  placeMin: number,
): { readonly stored: readonly StoredChunk[]; readonly inMemory: readonly Piece[] } {
  const late = head.memory.outOfOrder.get(ref);
  if (late === undefined) return { stored: [], inMemory: [] };
  const stored = late.chunks
    .filter((chunk) => chunk.place > placeMin && overlaps(chunk, range))
    .map((chunk) => ({ chunk, range }));
  const open = bufferPiece(late.open, range, head.deletions.get(ref) ?? []);
  return { stored, inMemory: open === undefined ? [] : [open] };
}

/** A chunk in a file, and how much of it counts. */
export interface StoredChunk {
  readonly chunk: CompletedChunk;
  readonly range: TimeRange;
}

const nothingStored: readonly StoredChunk[] = [];

interface Draft {
  readonly labels: Labels;
  readonly stored: readonly StoredChunk[];
  readonly inMemory: readonly Piece[];
  readonly deleted: readonly TimeRange[];
}

/** Samples of a buffer as they are now; undefined when none is in the range. */
function bufferPiece(
  open: SampleBuffer,
  range: TimeRange,
  deleted: readonly TimeRange[],
): Piece | undefined {
  if (open.count === 0) return undefined;
  const rows = new SampleBuffer(open.count);
  for (const kept of withoutRanges(range, deleted)) copyRange(rows, open, kept.minMs, kept.maxMs);
  if (rows.count === 0) return undefined;
  return {
    whole: undefined,
    minMs: rows.timestampsMs[0] ?? 0,
    maxMs: rows.timestampsMs[rows.count - 1] ?? 0,
    read: (buffer, minMs, maxMs) => copyRange(buffer, rows, minMs, maxMs),
  };
}

function copyRange(to: SampleBuffer, from: SampleBuffer, minMs: number, maxMs: number): void {
  for (let index = 0; index < from.count; index++) {
    const timestampMs = from.timestampsMs[index] ?? 0;
    if (timestampMs >= minMs && timestampMs <= maxMs) appendRow(to, from, index);
  }
}

/** Reads chunks, by place, in the order of their places, neighbours together. */
export async function readSorted(
  files: ChunkFileReader,
  places: readonly number[],
): Promise<ReadonlyMap<number, Chunk>> {
  const found = new Map<number, Chunk>();
  if (places.length === 0) return found;
  const sorted = [...places].sort((left, right) => left - right);
  const chunks = await files.read(sorted);
  for (const [index, chunk] of chunks.entries()) found.set(sorted[index] ?? 0, chunk);
  return found;
}

function overlaps(left: TimeRange, right: TimeRange): boolean {
  return left.minMs <= right.maxMs && right.minMs <= left.maxMs;
}
