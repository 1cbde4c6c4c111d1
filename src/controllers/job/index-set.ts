/** Sets of completion indexes, written as `1,3-5`. All pure. */

export type IndexSet = ReadonlySet<number>;

/** Most completions that an indexed Job may have, as the API server's validation says. */
const indexesMax = 1_000_000;

/** Reads `1,3-5`; what is not below `limit`, or is malformed, is left out. */
export function parseIndexes(text: string, limit: number): IndexSet {
  const indexes = new Set<number>();
  for (const part of text === "" ? [] : text.split(",")) {
    const match = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(part);
    if (match === null) continue;
    const first = Number(match[1]);
    const last = Math.min(Number(match[2] ?? first), limit - 1, indexesMax);
    for (let index = first; index <= last; index++) indexes.add(index);
  }
  return indexes;
}

export function unionOf(...sets: readonly IndexSet[]): IndexSet {
  return new Set(sets.flatMap((set) => [...set]));
}

/** The inverse of `parseIndexes`: neighbours become a range, two neighbours a pair (`1,2`). */
export function formatIndexes(indexes: IndexSet): string {
  const sorted = [...indexes].sort((left, right) => left - right);
  const parts: string[] = [];
  for (let position = 0; position < sorted.length; ) {
    const first = sorted[position] ?? 0;
    let count = 1;
    while (sorted[position + count] === first + count) count++;
    position += count;
    const last = first + count - 1;
    if (count === 1) parts.push(String(first));
    else parts.push(count === 2 ? `${first},${last}` : `${first}-${last}`);
  }
  return parts.join(",");
}
