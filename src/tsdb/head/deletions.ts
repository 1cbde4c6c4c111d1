import type { SeriesRef } from "#series";
import type { TimeRange } from "../query/piece.ts";

/** Adds a deleted range to those of a series; ranges that touch become one. */
export function addRange(
  deletions: Map<SeriesRef, readonly TimeRange[]>,
  ref: SeriesRef,
  range: TimeRange,
): void {
  deletions.set(ref, withRange(deletions.get(ref) ?? [], range));
}

/** Sorted ranges with one more, without overlaps. */
function withRange(ranges: readonly TimeRange[], added: TimeRange): readonly TimeRange[] {
  const apart = ranges.filter(
    (range) => range.maxMs + 1 < added.minMs || range.minMs - 1 > added.maxMs,
  );
  const joined = ranges.filter((range) => !apart.includes(range));
  const whole = {
    minMs: Math.min(added.minMs, ...joined.map((range) => range.minMs)),
    maxMs: Math.max(added.maxMs, ...joined.map((range) => range.maxMs)),
  };
  return [...apart, whole].sort((left, right) => left.minMs - right.minMs);
}
