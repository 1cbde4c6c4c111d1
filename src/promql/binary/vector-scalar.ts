import { Annotations } from "../annotations.ts";
import { type Column, float, histogram } from "../evaluation/column.ts";
import { dropMetricName } from "../evaluation/metric-name.ts";
import type { Scope, Sink } from "../evaluation/scope.ts";
import { streamNameless } from "../evaluation/series-merge.ts";
import type { BinaryPlan } from "../plan/plan.ts";
import { combineElements, type Combined, type Element } from "./element.ts";
import { compareAll, computeAll } from "./float-columns.ts";
import { changesQuantity, isComparison } from "./operators.ts";

/** Evaluates an operator between a vector and a scalar, whichever side the vector is on. */
export async function streamVectorScalar(
  plan: BinaryPlan,
  scope: Scope,
  sink: Sink,
): Promise<void> {
  const vectorIsLeft = plan.right.type === "scalar";
  const vector = vectorIsLeft ? plan.left : plan.right;
  const scalars = await scope.scalar(vectorIsLeft ? plan.right : plan.left);
  const own = new Annotations();
  const operation = new ScalarOperation(plan, scalars, vectorIsLeft, own);
  const dropsName = changesQuantity(plan.operator) || plan.returnsBool;
  const result = scope.counted(sink);
  await streamNameless(
    vector,
    scope,
    (column) => result.give(column),
    (distinct) =>
      scope.stream(vector, (column) => {
        operation.apply(column);
        if (column.isEmpty) {
          scope.columns.give(column);
          return;
        }
        if (dropsName) {
          column.dropsName = true;
          if (scope.removesNames) column.labels = dropMetricName(column.labels);
        }
        distinct(column);
      }),
  );
  result.settle();
  scope.annotations.merge(own);
}

class ScalarOperation {
  readonly #plan: BinaryPlan;
  readonly #scalars: Float64Array;
  readonly #vectorIsLeft: boolean;
  readonly #annotations: Annotations;
  readonly #holds: Uint8Array;

  constructor(
    plan: BinaryPlan,
    scalars: Float64Array,
    vectorIsLeft: boolean,
    annotations: Annotations,
  ) {
    this.#plan = plan;
    this.#scalars = scalars;
    this.#vectorIsLeft = vectorIsLeft;
    this.#annotations = annotations;
    this.#holds = new Uint8Array(scalars.length);
  }

  /** Changes the column into the result. */
  apply(column: Column): void {
    const { operator } = this.#plan;
    if (column.histograms !== undefined) this.#applyToHistograms(column, column.histograms);
    const [left, right] = this.#vectorIsLeft
      ? [column.values, this.#scalars]
      : [this.#scalars, column.values];
    if (isComparison(operator)) {
      compareAll(operator, left, right, this.#holds);
      this.#keepWhatHolds(column);
    } else if (changesQuantity(operator)) {
      computeAll(operator, left, right, column.values);
    } else {
      this.#refuseFloats(column);
    }
  }

  #keepWhatHolds(column: Column): void {
    const { values, kinds } = column;
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] !== float) continue;
      const holds = this.#holds[step] ?? 0;
      if (this.#plan.returnsBool) values[step] = holds;
      else kinds[step] = holds;
    }
  }

  /** Only histograms can be trimmed. */
  #refuseFloats(column: Column): void {
    for (let step = 0; step < column.kinds.length; step++) {
      if (column.kinds[step] !== float) continue;
      this.#combine(column.values[step] ?? 0, step);
      column.kinds[step] = 0;
    }
  }

  #applyToHistograms(column: Column, histograms: Column["histograms"] & object): void {
    for (let step = 0; step < column.kinds.length; step++) {
      const value = column.kinds[step] === histogram ? histograms[step] : undefined;
      if (value === undefined) continue;
      const { element } = this.#combine(value, step);
      column.kinds[step] = 0;
      if (element !== undefined && typeof element !== "number") column.setHistogram(step, element);
    }
  }

  #combine(element: Element, step: number): Combined {
    const scalar = this.#scalars[step] ?? 0;
    const { operator, span } = this.#plan;
    const combined = this.#vectorIsLeft
      ? combineElements(operator, element, scalar, span)
      : combineElements(operator, scalar, element, span);
    if (combined.annotation !== undefined) this.#annotations.add(combined.annotation);
    return combined;
  }
}
