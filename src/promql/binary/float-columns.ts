import type { BinaryOperator } from "../syntax/ast.ts";
import { type ComparisonOperator, compare, compute } from "./operators.ts";

/**
 * Arithmetic on whole columns. Steps without a float are computed too, which is cheaper than to
 * look; nobody reads them. `out` may be one of the operands.
 */
export function computeAll(
  operator: BinaryOperator,
  left: Float64Array,
  right: Float64Array,
  out: Float64Array,
): void {
  switch (operator) {
    case "+":
      return addAll(left, right, out);
    case "-":
      return subtractAll(left, right, out);
    case "*":
      return multiplyAll(left, right, out);
    case "/":
      return divideAll(left, right, out);
    default:
      for (let step = 0; step < out.length; step++) {
        out[step] = compute(operator, left[step] ?? 0, right[step] ?? 0);
      }
  }
}

// One loop for each of the common operators: a loop that asks for the operator is several times slower.

function addAll(left: Float64Array, right: Float64Array, out: Float64Array): void {
  for (let step = 0; step < out.length; step++) out[step] = (left[step] ?? 0) + (right[step] ?? 0);
}

function subtractAll(left: Float64Array, right: Float64Array, out: Float64Array): void {
  for (let step = 0; step < out.length; step++) out[step] = (left[step] ?? 0) - (right[step] ?? 0);
}

function multiplyAll(left: Float64Array, right: Float64Array, out: Float64Array): void {
  for (let step = 0; step < out.length; step++) out[step] = (left[step] ?? 0) * (right[step] ?? 0);
}

function divideAll(left: Float64Array, right: Float64Array, out: Float64Array): void {
  for (let step = 0; step < out.length; step++) out[step] = (left[step] ?? 0) / (right[step] ?? 0);
}

/** Whether the comparison holds, 1 or 0, at each step, present or not. */
export function compareAll(
  operator: ComparisonOperator,
  left: Float64Array,
  right: Float64Array,
  out: Uint8Array,
): void {
  for (let step = 0; step < out.length; step++) {
    out[step] = compare(operator, left[step] ?? 0, right[step] ?? 0) ? 1 : 0;
  }
}
