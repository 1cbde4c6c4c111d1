import type { LabelMatcher } from "#series";
import {
  intersectPostings,
  mergePostings,
  noPostings,
  type Postings,
  withoutPostings,
} from "../postings.ts";
import { type Lookup, planLookups } from "../query/lookup.ts";
import type { SeriesTable } from "./series-table.ts";

/**
 * The slots of the series that match all matchers, ascending. Good until the table changes: the
 * caller looks at them before its next await.
 */
export function selectSlots(series: SeriesTable, matchers: readonly LabelMatcher[]): Postings {
  const plan = planLookups(matchers);
  if (plan.kind === "nothing") return noPostings;
  const narrowing: Postings[] = [];
  for (const lookup of plan.lookups) {
    if (lookup.role !== "narrow") continue;
    const found = slotsOf(series, lookup);
    if (found.length === 0) return noPostings;
    narrowing.push(found);
  }
  let slots = plan.startsFromAll ? everySlot(series) : intersectPostings(narrowing);
  for (const lookup of plan.lookups) {
    if (lookup.role !== "remove") continue;
    if (slots.length === 0) return noPostings;
    slots = withoutPostings(slots, slotsOf(series, lookup));
  }
  return slots;
}

function everySlot(series: SeriesTable): Postings {
  return Uint32Array.from({ length: series.count }, (_, slot) => slot);
}

function slotsOf(series: SeriesTable, lookup: Lookup): Postings {
  const pairs = pairsOf(series, lookup);
  let total = 0;
  for (const pair of pairs) total += series.postings.length(pair);
  if (pairs.length > bitmapPairsMin && total * 16 > series.count) return byBitmap(series, pairs);
  return mergePostings(pairs.map((pair) => series.postings.view(pair)));
}

function pairsOf(series: SeriesTable, lookup: Lookup): readonly number[] {
  const { name, values } = lookup;
  if (values.kind === "listed") {
    return values.values.map((value) => series.pairs.find(name, value)).filter((pair) => pair >= 0);
  }
  const pairs: number[] = [];
  for (const [value, pair] of series.pairs.pairsOf(name) ?? []) {
    if (values.kind === "any" || values.test(value)) pairs.push(pair);
  }
  return pairs;
}

/** Many lists that cover much of the table are joined by marking, not by merging. */
function byBitmap(series: SeriesTable, pairs: readonly number[]): Postings {
  const marks = new Uint8Array(series.count);
  let count = 0;
  for (const pair of pairs) {
    for (const slot of series.postings.view(pair)) marks[slot] = 1;
    count += series.postings.length(pair);
  }
  const slots = new Uint32Array(count);
  let at = 0;
  for (let slot = 0; slot < marks.length; slot++) if (marks[slot] === 1) slots[at++] = slot;
  return slots.subarray(0, at);
}

const bitmapPairsMin = 16;
