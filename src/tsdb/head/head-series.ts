import type { Labels } from "#series";
import { ChunkPiece, type Piece, sortedPieces, type TimeRange } from "../query/piece.ts";
import { CopyRoom } from "./copy-room.ts";
import type { Head } from "./head.ts";
import type { ChunkFileReader, StoredChunk } from "./head-reader.ts";
import { latePieces, readSorted } from "./head-reader.ts";
import { sortedSlots } from "./sorted-slots.ts";

/** A series of the head with what it has of a range. */
export interface HeadSeries {
  readonly labels: Labels;
  readonly pieces: readonly Piece[];
}

/**
 * All series that have samples in a range, sorted by labels, for a block: those in order, or those
 * out of order. The caller sees to it that nothing is removed from the head meanwhile.
 */
export async function* headSeries(
  head: Head,
  files: ChunkFileReader,
  range: TimeRange,
  part: "in order" | "out of order",
): AsyncGenerator<HeadSeries> {
  const { series } = head.memory;
  for (const group of sortedSlots(series)) {
    for (let from = 0; from < group.length; from += seriesAtOnce) {
      const slots = group.subarray(from, from + seriesAtOnce);
      yield* await readSeries(head, files, { slots, range, part });
    }
  }
}

const seriesAtOnce = 4096;

async function readSeries(
  head: Head,
  files: ChunkFileReader,
  wanted: {
    readonly slots: Uint32Array;
    readonly range: TimeRange;
    readonly part: "in order" | "out of order";
  },
): Promise<readonly HeadSeries[]> {
  const room = new CopyRoom();
  const drafts = [...wanted.slots].map((slot) =>
    wanted.part === "in order"
      ? inOrderDraft(head, slot, wanted.range, room)
      : lateDraft(head, slot, wanted.range),
  );
  const places = drafts.flatMap((draft) => draft.stored.map(({ chunk }) => chunk.place));
  const chunks = await readSorted(files, places);
  const all: HeadSeries[] = [];
  for (const { slot, stored, inMemory } of drafts) {
    if (stored.length + inMemory.length === 0) continue;
    const deleted = head.deletions.get(head.memory.series.refs[slot] ?? 0) ?? [];
    const read = stored.flatMap(({ chunk, range }) => {
      const found = chunks.get(chunk.place);
      return found === undefined ? [] : [new ChunkPiece(found, chunk, range, deleted)];
    });
    const pieces = sortedPieces([...read, ...inMemory]);
    all.push({ labels: head.memory.series.labels(slot), pieces });
  }
  return all;
}

interface SlotDraft {
  readonly slot: number;
  readonly stored: readonly StoredChunk[];
  readonly inMemory: readonly Piece[];
}

function inOrderDraft(head: Head, slot: number, range: TimeRange, room: CopyRoom): SlotDraft {
  const { memory } = head;
  const first = memory.series.completed[slot] ?? 0;
  const stored = memory.completed
    .list(first, range.minMs, range.maxMs)
    .map((chunk) => ({ chunk, range }));
  const deleted = head.deletions.get(memory.series.refs[slot] ?? 0) ?? [];
  const open = memory.openOverlaps(slot, range) ? memory.openChunk(slot, room) : undefined;
  const inMemory = open === undefined ? [] : [new ChunkPiece(open, open, range, deleted)];
  return { slot, stored, inMemory };
}

function lateDraft(head: Head, slot: number, range: TimeRange): SlotDraft {
  const { stored, inMemory } = latePieces(head, head.memory.series.refs[slot] ?? 0, range, -1);
  return { slot, stored, inMemory };
}
