import { defineSelecting, type SelectContext } from "../aggregation-definition.ts";
import { histogramIgnored } from "../annotation-texts.ts";
import { type Column, float, histogram } from "../evaluation/column.ts";
import { countPerStep, refuseCount } from "../selection-count.ts";
import { RankHeap } from "../rank-heap.ts";

/** `topk(k, …)`: the k largest floats of each group at each step, largest first. */
export const topk = defineSelecting({
  operator: "topk",
  check: refuseCount,
  select: (group, context) => selectRanked(group, context, "topk"),
});

/** `bottomk(k, …)`: the k smallest floats of each group at each step, smallest first. */
export const bottomk = defineSelecting({
  operator: "bottomk",
  check: refuseCount,
  select: (group, context) => selectRanked(group, context, "bottomk"),
});

/** So many steps of a series are looked at together: what is near in memory is read at once. */
const tileSteps = 64;

async function selectRanked(
  group: readonly Column[],
  context: SelectContext,
  operator: "topk" | "bottomk",
): Promise<readonly Column[]> {
  const stepCount = context.param.length;
  const kept = group.map(() => new Uint8Array(stepCount));
  const note = () => context.annotations.add(histogramIgnored(operator, context.span));
  // Of several steps, the order does not show.
  const isOrdered = stepCount === 1;
  let chosen: readonly number[] = [];
  for (let from = 0; from < stepCount; from += tileSteps) {
    const heaps = heapsOf(from, Math.min(from + tileSteps, stepCount), context, operator);
    for (const [index, column] of group.entries()) {
      if (context.pacer.isDue()) await context.pacer.pause();
      offerAll(column, index, heaps, from);
      if (column.histograms !== undefined) noteHistograms(column, heaps, from, note);
    }
    for (const [place, heap] of heaps.entries()) {
      chosen = isOrdered ? heap.ranked() : heap.kept();
      for (const index of chosen) markKept(kept[index], from + place);
    }
  }
  for (const [index, column] of group.entries()) column.kinds.set(kept[index] ?? []);
  if (isOrdered) return columnsAt(group, chosen);
  return group.filter((column) => !column.isEmpty);
}

function heapsOf(
  from: number,
  end: number,
  context: SelectContext,
  operator: "topk" | "bottomk",
): readonly RankHeap[] {
  const which = operator === "topk" ? "largest" : "smallest";
  return Array.from(
    { length: end - from },
    (_, place) => new RankHeap(countPerStep(context, from + place), which),
  );
}

function offerAll(
  { kinds, values }: Column,
  index: number,
  heaps: readonly RankHeap[],
  from: number,
): void {
  for (let place = 0; place < heaps.length; place++) {
    if (kinds[from + place] === float) heaps[place]?.offer(values[from + place] ?? 0, index);
  }
}

function noteHistograms(
  { kinds }: Column,
  heaps: readonly RankHeap[],
  from: number,
  note: () => void,
): void {
  for (const [place, heap] of heaps.entries()) {
    if (kinds[from + place] === histogram && heap.size > 0) note();
  }
}

function markKept(kinds: Uint8Array | undefined, step: number): void {
  if (kinds !== undefined) kinds[step] = float;
}

function columnsAt(group: readonly Column[], indexes: readonly number[]): readonly Column[] {
  return indexes.flatMap((index) => group[index] ?? []);
}
