import { compareText } from "#base";
import type { SeriesTable } from "./series-table.ts";

/**
 * Slots in the order of their labels, some at a time: all series whose first label is the same. A
 * million label sets are compared by the ranks of their pairs, without making one of them.
 */
export function* sortedSlots(series: SeriesTable): Generator<Uint32Array> {
  const ranks = pairRanks(series);
  const groups = new Map<number, number[]>();
  for (let slot = 0; slot < series.count; slot++) {
    const rank = ranks[series.pairNumbers[series.pairsAt[slot] ?? 0] ?? 0] ?? 0;
    const group = groups.get(rank);
    if (group === undefined) groups.set(rank, [slot]);
    else group.push(slot);
  }
  for (const rank of [...groups.keys()].sort((left, right) => left - right)) {
    const group = Uint32Array.from(groups.get(rank) ?? []);
    yield group.sort((left, right) => compareSlots(series, ranks, left, right));
  }
}

/** The place of each pair among all, by name and then by value. */
function pairRanks(series: SeriesTable): Uint32Array {
  const { pairs } = series;
  const ranks = new Uint32Array(pairs.count);
  let rank = 0;
  for (const name of pairs.names()) {
    const values = [...(pairs.pairsOf(name) ?? [])];
    values.sort(([left], [right]) => compareText(left, right));
    for (const [, pair] of values) ranks[pair] = rank++;
  }
  return ranks;
}

function compareSlots(
  series: SeriesTable,
  ranks: Uint32Array,
  left: number,
  right: number,
): number {
  let leftAt = series.pairsAt[left] ?? 0;
  let rightAt = series.pairsAt[right] ?? 0;
  const leftEnd = series.pairsAt[left + 1] ?? 0;
  const rightEnd = series.pairsAt[right + 1] ?? 0;
  while (leftAt < leftEnd && rightAt < rightEnd) {
    const leftPair = series.pairNumbers[leftAt++] ?? 0;
    const rightPair = series.pairNumbers[rightAt++] ?? 0;
    if (leftPair !== rightPair) return (ranks[leftPair] ?? 0) - (ranks[rightPair] ?? 0);
  }
  return leftEnd - leftAt - (rightEnd - rightAt);
}
