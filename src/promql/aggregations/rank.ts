import { defineSelecting, type SelectContext } from "../aggregation-definition.ts";
import { histogramIgnored } from "../annotation-texts.ts";
import { absent, type Column, float, histogram } from "../evaluation/column.ts";
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

async function selectRanked(
  group: readonly Column[],
  context: SelectContext,
  operator: "topk" | "bottomk",
): Promise<readonly Column[]> {
  const kept = group.map((column) => new Uint8Array(column.kinds.length));
  let ranked: readonly number[] = [];
  for (let step = 0; step < context.param.length; step++) {
    if (context.pacer.isDue()) await context.pacer.pause();
    const heap = new RankHeap(
      countPerStep(context, step),
      operator === "topk" ? "largest" : "smallest",
    );
    for (const [index, column] of group.entries()) {
      if (column.kinds[step] === float) heap.offer(column.values[step] ?? 0, index);
      else if (column.kinds[step] === histogram && heap.size > 0) {
        context.annotations.add(histogramIgnored(operator, context.span));
      }
    }
    ranked = heap.ranked();
    for (const index of ranked) markKept(kept[index], step);
  }
  for (const [index, column] of group.entries()) column.kinds.set(kept[index] ?? []);
  if (context.param.length === 1) return columnsAt(group, ranked);
  return group.filter((column) => column.kinds.some((kind) => kind !== absent));
}

function markKept(kinds: Uint8Array | undefined, step: number): void {
  if (kinds !== undefined) kinds[step] = float;
}

function columnsAt(group: readonly Column[], indexes: readonly number[]): readonly Column[] {
  return indexes.flatMap((index) => group[index] ?? []);
}
