import type { BlockMeta } from "../block/meta.ts";

/** How long and how much is kept. */
export interface Retention {
  /** Blocks that ended so long before the newest one are removed; 0: never. */
  readonly durationMs: number;
  /** Blocks and head may take so many bytes; 0: any. */
  readonly bytesMax: number;
  /** … or so much of the disk in percent, which then counts instead; 0: any. */
  readonly percentMax: number;
}

export interface StoredBlock {
  readonly meta: BlockMeta;
  readonly bytes: number;
}

export interface RetentionPlan {
  /** ULIDs of the blocks to remove. */
  readonly remove: ReadonlySet<string>;
  readonly isTimeExceeded: boolean;
  readonly isSizeExceeded: boolean;
}

/** Which blocks are not to be kept. `headBytes` counts: log and head chunk files. */
export function planRetention(
  blocks: readonly StoredBlock[],
  retention: Retention,
  space: { readonly headBytes: number; readonly diskBytes: number },
): RetentionPlan {
  const newestFirst = [...blocks].sort((left, right) => right.meta.maxMs - left.meta.maxMs);
  const old = beyondTime(newestFirst, retention.durationMs);
  const large = beyondSize(newestFirst, bytesLimit(retention, space.diskBytes), space.headBytes);
  const deletable = newestFirst.filter(({ meta }) => meta.compaction.deletable);
  const remove = new Set([...old, ...large, ...deletable].map(({ meta }) => meta.ulid));
  return { remove, isTimeExceeded: old.length > 0, isSizeExceeded: large.length > 0 };
}

function beyondTime(
  newestFirst: readonly StoredBlock[],
  durationMs: number,
): readonly StoredBlock[] {
  if (durationMs === 0) return [];
  const newestMs = newestFirst[0]?.meta.maxMs ?? 0;
  const from = newestFirst.findIndex(
    ({ meta }, index) => index > 0 && newestMs - meta.maxMs >= durationMs,
  );
  return from < 0 ? [] : newestFirst.slice(from);
}

function beyondSize(
  newestFirst: readonly StoredBlock[],
  bytesMax: number,
  headBytes: number,
): readonly StoredBlock[] {
  if (bytesMax <= 0) return [];
  let total = headBytes;
  const from = newestFirst.findIndex(({ bytes }) => {
    total += bytes;
    return total > bytesMax;
  });
  return from < 0 ? [] : newestFirst.slice(from);
}

function bytesLimit(retention: Retention, diskBytes: number): number {
  const { percentMax, bytesMax } = retention;
  return percentMax > 0 && diskBytes > 0 ? Math.floor((diskBytes * percentMax) / 100) : bytesMax;
}
