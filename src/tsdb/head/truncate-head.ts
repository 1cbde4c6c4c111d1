import type { SeriesRef } from "#series";
import type { Head } from "./head.ts";
import type { HeadMemory } from "./head-memory.ts";
import { seriesState } from "./series-table.ts";

/** What is left after a truncation, for those who keep the head's files. */
export interface Truncated {
  /** Head chunk files with a smaller number hold nothing that the head knows. */
  readonly chunkFileMin: number;
  readonly removedRefs: readonly SeriesRef[];
}

/**
 * Gives back what is in blocks now: chunks in order that end before `minMs`, chunks out of order up
 * to `latePlace`, and series that have nothing left. Runs in one go; the caller has waited for
 * appenders and readers of that time.
 */
export function truncateHead(head: Head, minMs: number, latePlace: number): Truncated {
  const { memory, counters } = head;
  counters.truncations++;
  const chunksBefore = memory.chunkCount;
  if (minMs > memory.minMs) {
    memory.minMs = minMs;
    memory.maxMs = Math.max(memory.maxMs, minMs);
  }
  memory.minValidMs = Math.max(memory.minValidMs, minMs);
  dropLateChunks(memory, latePlace);
  const kept = new Uint8Array(memory.series.count);
  const pending = head.pendingRefs();
  const remains = { minMs: Number.POSITIVE_INFINITY, place: Number.POSITIVE_INFINITY };
  for (let slot = 0; slot < kept.length; slot++) {
    dropChunks(memory, slot, minMs);
    const ref = memory.series.refs[slot] ?? 0;
    const hasData = hasSamples(memory, slot) || memory.outOfOrder.has(ref) || pending.has(ref);
    kept[slot] = hasData ? 1 : 0;
    remains.minMs = Math.min(remains.minMs, memory.firstTimeMs(slot));
    remains.place = Math.min(remains.place, firstPlace(memory, slot));
  }
  const removedRefs = removeSeries(head, kept);
  raiseMin(head, remains.minMs);
  noteLateRange(head);
  dropDeletions(head, Math.min(minMs, memory.minOutOfOrderMs));
  counters.chunksRemoved += chunksBefore - memory.chunkCount;
  const place = Math.min(remains.place, firstLatePlace(memory));
  return { chunkFileMin: Math.floor(place / 2 ** 32), removedRefs };
}

/** Drops what is said of times that the head has nothing of any more. */
function dropDeletions(head: Head, minMs: number): void {
  for (const [ref, ranges] of head.deletions) {
    const left = ranges.filter((range) => range.maxMs >= minMs);
    if (left.length === 0 || head.memory.series.slotOf(ref) < 0) head.deletions.delete(ref);
    else head.deletions.set(ref, left);
  }
}

function dropChunks(memory: HeadMemory, slot: number, minMs: number): void {
  const { series } = memory;
  const first = series.completed[slot] ?? 0;
  if (first !== 0) series.completed[slot] = memory.completed.dropBefore(first, minMs);
  if (memory.lastTimeMs(slot) < minMs) memory.dropOpenChunk(slot);
}

function hasSamples(memory: HeadMemory, slot: number): boolean {
  const state = memory.series.states[slot] ?? 0;
  return (state & seriesState.chunkMask) !== 0 || memory.series.completed[slot] !== 0;
}

/** The place of the oldest completed chunk of a series; +Infinity without one. */
function firstPlace(memory: HeadMemory, slot: number): number {
  let place = Number.POSITIVE_INFINITY;
  let entry = memory.series.completed[slot] ?? 0;
  while (entry !== 0) {
    place = memory.completed.places[entry] ?? place;
    entry = memory.completed.next[entry] ?? 0;
  }
  return place;
}

function firstLatePlace(memory: HeadMemory): number {
  let place = Number.POSITIVE_INFINITY;
  for (const { chunks } of memory.outOfOrder.values()) {
    for (const chunk of chunks) place = Math.min(place, chunk.place);
  }
  return place;
}

function dropLateChunks(memory: HeadMemory, latePlace: number): void {
  for (const [ref, late] of memory.outOfOrder) {
    late.dropChunksThrough(latePlace);
    if (late.isEmpty) memory.outOfOrder.delete(ref);
  }
}

function removeSeries(head: Head, kept: Uint8Array): readonly SeriesRef[] {
  const { memory } = head;
  const removed: SeriesRef[] = [];
  for (let slot = 0; slot < kept.length; slot++) {
    if (kept[slot] === 1) continue;
    const ref = memory.series.refs[slot] ?? 0;
    removed.push(ref);
    memory.metadata.delete(ref);
    memory.lastHistograms.delete(ref);
    if (((memory.series.states[slot] ?? 0) & seriesState.stale) !== 0) memory.staleSeriesCount--;
  }
  if (removed.length === 0) return removed;
  memory.series = memory.series.keep(kept);
  head.forgetUnlogged();
  head.counters.seriesRemoved += removed.length;
  return removed;
}

/** The head may begin later than was asked for; but never where appends are still to come. */
function raiseMin(head: Head, firstMs: number): void {
  const { memory } = head;
  if (firstMs <= memory.minMs || memory.isEmpty) return;
  const minMs = Math.min(firstMs, head.appendableMinMs);
  if (minMs <= memory.minMs) return;
  memory.minMs = minMs;
  memory.minValidMs = Math.max(memory.minValidMs, minMs);
}

function noteLateRange(head: Head): void {
  const { memory } = head;
  memory.minOutOfOrderMs = Number.POSITIVE_INFINITY;
  memory.maxOutOfOrderMs = Number.NEGATIVE_INFINITY;
  for (const { chunks, open } of memory.outOfOrder.values()) {
    for (const chunk of chunks) memory.includeOutOfOrder(chunk.minMs, chunk.maxMs);
    if (open.count === 0) continue;
    memory.includeOutOfOrder(open.timestampsMs[0] ?? 0, open.timestampsMs[open.count - 1] ?? 0);
  }
}
