import { compareLabels, labelValue } from "#series";
import { sortInRangeQuery } from "../annotation-texts.ts";
import { absent, type Column, float } from "../evaluation/column.ts";
import { defineVectorFunction, type VectorCall } from "../function-definition.ts";
import { compareNaturally } from "../natural-order.ts";

/** `sort(v)`: by value, smallest first, NaN last. Range queries have an order of their own. */
export const sort = defineVectorFunction({
  name: "sort",
  vectorIndex: 0,
  evaluate: (columns, call) => sortByValue(columns, call, 1),
});

/** `sort_desc(v)`: by value, largest first, NaN last. */
export const sortDesc = defineVectorFunction({
  name: "sort_desc",
  vectorIndex: 0,
  evaluate: (columns, call) => sortByValue(columns, call, -1),
});

/** `sort_by_label(v, label, …)`: by label values, in natural order. */
export const sortByLabel = defineVectorFunction({
  name: "sort_by_label",
  vectorIndex: 0,
  evaluate: (columns, call) => sortByLabels(columns, call, 1),
});

/** `sort_by_label_desc(v, label, …)`. */
export const sortByLabelDesc = defineVectorFunction({
  name: "sort_by_label_desc",
  vectorIndex: 0,
  evaluate: (columns, call) => sortByLabels(columns, call, -1),
});

type Direction = 1 | -1;

function sortByValue(columns: Column[], call: VectorCall, direction: Direction): readonly Column[] {
  noteRangeQuery(call);
  for (const { kinds } of columns) {
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] !== float) kinds[step] = absent;
    }
  }
  const floats = columns.filter((column) => !column.isEmpty);
  return floats.sort((left, right) => {
    const leftValue = left.values[0] ?? 0;
    const rightValue = right.values[0] ?? 0;
    if (Number.isNaN(leftValue)) return Number.isNaN(rightValue) ? 0 : 1;
    if (Number.isNaN(rightValue)) return -1;
    if (leftValue === rightValue) return 0;
    return leftValue < rightValue ? -direction : direction;
  });
}

function sortByLabels(
  columns: Column[],
  call: VectorCall,
  direction: Direction,
): readonly Column[] {
  noteRangeQuery(call);
  const names = call.plan.args.flatMap((arg) => (arg.kind === "string" ? arg.value : []));
  return columns.sort((left, right) => {
    for (const name of names) {
      const order = compareNaturally(labelValue(left.labels, name), labelValue(right.labels, name));
      if (order !== 0) return direction * order;
    }
    return direction * compareLabels(left.labels, right.labels);
  });
}

function noteRangeQuery({ plan, scope }: VectorCall): void {
  if (scope.grid.startMs !== scope.grid.endMs) scope.annotations.add(sortInRangeQuery(plan.span));
}
