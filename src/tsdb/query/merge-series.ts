import { compareText } from "#base";
import { compareLabels } from "#series";
import { PieceSource, sortedPieces } from "./piece.ts";

/** Joins sorted lists of series: equal label sets become one series with the pieces of all. */
export function mergeSeries(
  lists: readonly (readonly PieceSource[])[],
  seriesMax: number,
): readonly PieceSource[] {
  const filled = lists.filter((list) => list.length > 0);
  const merged = filled.reduce(mergeTwo, []);
  return seriesMax > 0 ? merged.slice(0, seriesMax) : merged;
}

function mergeTwo(
  left: readonly PieceSource[],
  right: readonly PieceSource[],
): readonly PieceSource[] {
  if (left.length === 0) return right;
  const merged: PieceSource[] = [];
  let i = 0;
  let j = 0;
  while (true) {
    const a = left[i];
    const b = right[j];
    if (a === undefined || b === undefined) break;
    const order = compareLabels(a.labels, b.labels);
    if (order === 0) {
      merged.push(new PieceSource(a.labels, sortedPieces([...a.pieces, ...b.pieces])));
    } else merged.push(order < 0 ? a : b);
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  return [...merged, ...left.slice(i), ...right.slice(j)];
}

/** Joins sorted lists of texts; each text once. */
export function mergeTexts(lists: readonly (readonly string[])[]): readonly string[] {
  if (lists.length === 1) return lists[0] ?? [];
  return [...new Set(lists.flat())].sort(compareText);
}
