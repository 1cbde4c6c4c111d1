/** How long the shortest blocks are. */
const shortestMs = 2 * 3_600_000;

/** How long imported blocks are: two hours, or the longest of the usual spans within `blockMsMax`. */
export function blockSpanMs(blockMsMax: number): number {
  if (blockMsMax <= shortestMs) return shortestMs;
  // Ten times three as long as the one before, as compaction makes them.
  const spans = Array.from({ length: 10 }, (_, index) => shortestMs * 3 ** index);
  return spans.findLast((span) => span <= blockMsMax) ?? shortestMs;
}
