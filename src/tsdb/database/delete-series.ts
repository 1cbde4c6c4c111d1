import type { LabelMatcher, SeriesRef } from "#series";
import type { BlockTombstone } from "../block/tombstones.ts";
import type { Block } from "../block/open-block.ts";
import { writeTombstones } from "../block/open-block.ts";
import { addRange } from "../head/deletions.ts";
import type { Head } from "../head/head.ts";
import { selectSlots } from "../head/select-slots.ts";
import { selectRefs } from "../query/block-reader.ts";
import type { TimeRange } from "../query/piece.ts";
import type { LoggedTombstone } from "../wal/record.ts";
import type { BlockSet } from "./block-set.ts";
import type { TsdbDisk } from "./tsdb-disk.ts";

/** What a deletion in the head comes to: the times of matching series that have samples there. */
export function planHeadDeletion(
  head: Head,
  range: TimeRange,
  matchers: readonly LabelMatcher[],
): readonly LoggedTombstone[] {
  const { memory } = head;
  const tombstones: LoggedTombstone[] = [];
  for (const slot of selectSlots(memory.series, matchers)) {
    const extent = extentOf(head, slot);
    if (extent.minMs > range.maxMs || extent.maxMs < range.minMs) continue;
    // Never beyond what is there: samples that come later are not deleted.
    tombstones.push({
      ref: memory.series.refs[slot] ?? 0,
      minMs: Math.max(range.minMs, extent.minMs),
      maxMs: Math.min(range.maxMs, extent.maxMs),
    });
  }
  return tombstones;
}

/** Deletes samples of matching series of a block, until its tombstones are cleaned only by hiding them. */
export async function deleteInBlock(
  disk: TsdbDisk,
  blocks: BlockSet,
  block: Block,
  deletion: { readonly range: TimeRange; readonly matchers: readonly LabelMatcher[] },
): Promise<void> {
  const { range, matchers } = deletion;
  const refs = await selectRefs(block, matchers);
  const series = await block.series(refs);
  const deletions = new Map<SeriesRef, readonly TimeRange[]>();
  for (const { ref, minMs, maxMs } of block.tombstones) addRange(deletions, ref, { minMs, maxMs });
  let isChanged = false;
  for (const [index, { chunks }] of series.entries()) {
    const overlapping = chunks.some(
      (chunk) => chunk.minMs <= range.maxMs && chunk.maxMs >= range.minMs,
    );
    if (!overlapping) continue;
    const minMs = Math.max(range.minMs, chunks[0]?.minMs ?? 0);
    const maxMs = Math.min(range.maxMs, chunks.at(-1)?.maxMs ?? 0);
    addRange(deletions, refs[index] ?? 0, { minMs, maxMs });
    isChanged = true;
  }
  if (!isChanged) return;
  const tombstones: BlockTombstone[] = [...deletions]
    .sort(([left], [right]) => left - right)
    .flatMap(([ref, ranges]) => ranges.map((deleted) => ({ ref, ...deleted })));
  await writeTombstones(disk, block.directory, tombstones);
  const stats = { ...block.meta.stats, numTombstones: tombstones.length };
  await blocks.rewriteMeta({ ...block.meta, stats });
}

function extentOf(head: Head, slot: number): TimeRange {
  const { memory } = head;
  const newest = memory.series.completed[slot] ?? 0;
  const lastMs = Math.max(
    memory.lastTimeMs(slot),
    newest === 0 ? Number.NEGATIVE_INFINITY : (memory.completed.maxTimesMs[newest] ?? 0),
  );
  const extent = { minMs: memory.firstTimeMs(slot), maxMs: lastMs };
  const late = memory.outOfOrder.get(memory.series.refs[slot] ?? 0);
  if (late === undefined) return extent;
  const { open, chunks } = late;
  const openMs = [...open.timestampsMs.subarray(0, open.count)];
  return {
    minMs: Math.min(extent.minMs, ...openMs, ...chunks.map((chunk) => chunk.minMs)),
    maxMs: Math.max(extent.maxMs, ...openMs, ...chunks.map((chunk) => chunk.maxMs)),
  };
}
