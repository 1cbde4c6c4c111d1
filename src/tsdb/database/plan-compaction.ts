import type { BlockMeta } from "../block/meta.ts";

/**
 * Which blocks to make one of, by upstream's rules. First come overlapping ones; then runs that fill
 * the next larger range, or that can no longer be added to; then single blocks with many deletions.
 * The newest block is left alone unless it overlaps, so that backups get a look at it.
 */
export function planCompaction(
  blocks: readonly BlockMeta[],
  rangesMs: readonly number[],
): readonly BlockMeta[] {
  // Blocks of a part of the head are joined among themselves only: their hint must survive.
  const classes = partialHints.map((hint) => blocks.filter((block) => hasHint(block, hint)));
  const regular = blocks.filter((block) => !partialHints.some((hint) => hasHint(block, hint)));
  for (const group of [regular, ...classes]) {
    const plan = planGroup(group, rangesMs);
    if (plan.length > 0) return plan;
  }
  return [];
}

/**
 * The blocks that may be joined with others. Blocks of samples out of order that reach beyond those in
 * order wait: joined, they would say that samples in order are in blocks that far, and the log would
 * be replayed only from there on.
 */
export function compactable(
  blocks: readonly BlockMeta[],
  inOrderMaxMs: number,
): readonly BlockMeta[] {
  return blocks.filter((block) => !hasHint(block, outOfOrderHint) || block.maxMs <= inOrderMaxMs);
}

/** The sizes that blocks grow through: the smallest, and each time three times as much up to the largest. */
export function compactionRangesMs(smallestMs: number, largestMs: number): readonly number[] {
  const ranges: number[] = [];
  for (let rangeMs = smallestMs; ranges.length < rangesMax; rangeMs *= 3) {
    if (rangeMs > largestMs) break;
    ranges.push(rangeMs);
  }
  return ranges;
}

/** Sets of blocks that share time, as stretches of it. */
export function findOverlaps(blocks: readonly BlockMeta[]): readonly BlockMeta[] {
  const sorted = byBeginning(blocks);
  return sorted.filter((block) =>
    sorted.some(
      (other) => other !== block && other.minMs < block.maxMs && block.minMs < other.maxMs,
    ),
  );
}

export function hasHint(block: BlockMeta, hint: string): boolean {
  return block.compaction.hints.includes(hint);
}

/** Of blocks made of samples that came out of order. */
export const outOfOrderHint = "from-out-of-order";

const partialHints = ["from-stale-series", "from-selected-series"];
const rangesMax = 10;
/** Above this share of series with deletions a block is written anew. */
const deletedShareMax = 0.05;

function planGroup(
  blocks: readonly BlockMeta[],
  rangesMs: readonly number[],
): readonly BlockMeta[] {
  const sorted = byBeginning(blocks);
  const overlapping = firstOverlap(sorted);
  if (overlapping.length > 0) return overlapping;
  const settled = sorted.slice(0, -1);
  const run = planRun(settled, rangesMs);
  return run.length > 0 ? run : planCleaning(settled, rangesMs);
}

/** The first blocks, by time, that overlap each other in a chain. */
function firstOverlap(sorted: readonly BlockMeta[]): readonly BlockMeta[] {
  const chain: BlockMeta[] = [];
  let reachMs = sorted[0]?.maxMs ?? 0;
  for (const [index, block] of sorted.entries()) {
    if (index === 0) continue;
    if (block.minMs < reachMs) {
      const before = sorted[index - 1];
      if (chain.length === 0 && before !== undefined) chain.push(before);
      chain.push(block);
    } else if (chain.length > 0) break;
    reachMs = Math.max(reachMs, block.maxMs);
  }
  return chain;
}

function planRun(settled: readonly BlockMeta[], rangesMs: readonly number[]): readonly BlockMeta[] {
  const newestMinMs = settled.at(-1)?.minMs ?? 0;
  for (const rangeMs of rangesMs.slice(1)) {
    for (const run of splitByRange(settled, rangeMs)) {
      if (run.length < 2 || run.some((block) => block.compaction.failed)) continue;
      const minMs = run[0]?.minMs ?? 0;
      const maxMs = run.at(-1)?.maxMs ?? 0;
      if (maxMs - minMs === rangeMs || maxMs <= newestMinMs) return run;
    }
  }
  return [];
}

/** Groups blocks by the aligned ranges that they are in; those that are in none are left out. */
function splitByRange(sorted: readonly BlockMeta[], rangeMs: number): BlockMeta[][] {
  const groups = new Map<number, BlockMeta[]>();
  for (const block of sorted) {
    const beginMs = Math.floor(block.minMs / rangeMs) * rangeMs;
    if (block.maxMs > beginMs + rangeMs) continue;
    const group = groups.get(beginMs) ?? [];
    groups.set(beginMs, group);
    group.push(block);
  }
  return [...groups.values()];
}

function planCleaning(
  settled: readonly BlockMeta[],
  rangesMs: readonly number[],
): readonly BlockMeta[] {
  const largeMs = rangesMs[Math.floor(rangesMs.length / 2)] ?? 0;
  for (const block of [...settled].reverse()) {
    const { numTombstones, numSeries } = block.stats;
    if (block.maxMs - block.minMs < largeMs) {
      const isEmptied = numTombstones > 0 && numTombstones >= numSeries;
      return isEmptied ? [block] : [];
    }
    if (numTombstones / (numSeries + 1) > deletedShareMax) return [block];
  }
  return [];
}

function byBeginning(blocks: readonly BlockMeta[]): readonly BlockMeta[] {
  return [...blocks].sort((left, right) => left.minMs - right.minMs);
}
