/**
 * Sorted lists of series references, and what is made of them.
 *
 * Indexes answer a matcher with such a list; a query intersects, merges and subtracts them. They are
 * typed arrays: four bytes a reference in blocks, eight in the head, whose references may grow larger.
 */

/** References of series, ascending, each once: in blocks a series' place in the index divided by 16. */
export type Postings = Uint32Array | Float64Array;

export const noPostings: Postings = new Uint32Array(0);

/** How much longer a list may be until the other's references are looked up in it one by one. */
const searchFactor = 16;

/** What is in all of the lists. Of no lists: nothing. */
export function intersectPostings(lists: readonly Postings[]): Postings {
  const [shortest, ...others] = [...lists].sort((left, right) => left.length - right.length);
  if (shortest === undefined) return noPostings;
  return others.reduce(intersectTwo, shortest);
}

/** What is in any of the lists. */
export function mergePostings(lists: readonly Postings[]): Postings {
  const filled = lists.filter((list) => list.length > 0);
  // Pair by pair: every reference is looked at as often as pairs can be made of pairs.
  let round = filled;
  while (round.length > 1) {
    const next: Postings[] = [];
    for (let index = 0; index < round.length; index += 2) {
      const [left = noPostings, right] = round.slice(index, index + 2);
      next.push(right === undefined ? left : mergeTwo(left, right));
    }
    round = next;
  }
  return round[0] ?? noPostings;
}

/** What is in `list` and not in `removed`. */
export function withoutPostings(list: Postings, removed: Postings): Postings {
  if (removed.length === 0 || list.length === 0) return list;
  const out = roomFor(list.length, list, list);
  let count = 0;
  let at = 0;
  for (const ref of list) {
    at = seek(removed, at, ref);
    if (removed[at] !== ref) out[count++] = ref;
  }
  return out.subarray(0, count);
}

function intersectTwo(shorter: Postings, longer: Postings): Postings {
  const out = roomFor(shorter.length, shorter, longer);
  let count = 0;
  let at = 0;
  for (const ref of shorter) {
    at = seek(longer, at, ref);
    if (at === longer.length) break;
    if (longer[at] === ref) out[count++] = ref;
  }
  return out.subarray(0, count);
}

function mergeTwo(left: Postings, right: Postings): Postings {
  const out = roomFor(left.length + right.length, left, right);
  let count = 0;
  let at = 0;
  for (const ref of left) {
    for (; at < right.length && (right[at] ?? 0) < ref; at++) out[count++] = right[at] ?? 0;
    if (right[at] === ref) at++;
    out[count++] = ref;
  }
  for (; at < right.length; at++) out[count++] = right[at] ?? 0;
  return out.subarray(0, count);
}

/** The first place from `from` on whose reference is not less than `ref`. */
function seek(list: Postings, from: number, ref: number): number {
  const near = Math.min(from + searchFactor, list.length);
  let at = from;
  while (at < near && (list[at] ?? 0) < ref) at++;
  if (at < near || at === list.length) return at;
  let high = list.length;
  while (at < high) {
    const middle = (at + high) >>> 1;
    if ((list[middle] ?? 0) < ref) at = middle + 1;
    else high = middle;
  }
  return at;
}

function roomFor(count: number, left: Postings, right: Postings): Postings {
  const isSmall = left instanceof Uint32Array && right instanceof Uint32Array;
  return isSmall ? new Uint32Array(count) : new Float64Array(count);
}
