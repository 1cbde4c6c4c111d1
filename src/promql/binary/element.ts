import {
  addHistograms,
  compactHistogram,
  divideHistogram,
  equalHistograms,
  type Histogram,
  multiplyHistogram,
  subtractHistograms,
  trimHistogram,
} from "#series";
import {
  counterResetCollision,
  type HistogramOperation,
  incompatibleBuckets,
  incompatibleTypes,
  mismatchedCustomBuckets,
} from "../annotation-texts.ts";
import type { Annotation } from "../annotations.ts";
import type { BinaryOperator, Span } from "../syntax/ast.ts";
import { changesQuantity, compare, compute, isComparison } from "./operators.ts";

/** What a vector has at one step. */
export type Element = number | Histogram;

/** What an operation on two elements gives. */
export interface Combined {
  /** Undefined: the element vanishes. */
  readonly element: Element | undefined;
  /** False where a comparison does not hold. */
  readonly isKept: boolean;
  readonly annotation: Annotation | undefined;
}

/** Combines two elements of whatever kinds. A comparison gives its left element. */
export function combineElements(
  operator: BinaryOperator,
  left: Element,
  right: Element,
  span: Span,
): Combined {
  if (typeof left === "number") {
    if (typeof right === "number") return combineFloats(operator, left, right, span);
    if (operator === "*") return gives(compactHistogram(multiplyHistogram(right, left)));
    return incompatible(["float", operator, "histogram"], span);
  }
  if (typeof right === "number") return combineWithFloat(operator, left, right, span);
  return combineHistograms(operator, left, right, span);
}

function gives(element: Element, isKept = true): Combined {
  return { element, isKept, annotation: undefined };
}

function incompatible(operands: readonly string[], span: Span): Combined {
  return { element: undefined, isKept: false, annotation: incompatibleTypes(operands, span) };
}

function combineFloats(
  operator: BinaryOperator,
  left: number,
  right: number,
  span: Span,
): Combined {
  if (isComparison(operator)) return gives(left, compare(operator, left, right));
  if (changesQuantity(operator)) return gives(compute(operator, left, right));
  return incompatible(["float", operator, "float"], span);
}

function combineWithFloat(
  operator: BinaryOperator,
  left: Histogram,
  right: number,
  span: Span,
): Combined {
  switch (operator) {
    case "*":
      return gives(compactHistogram(multiplyHistogram(left, right)));
    case "/":
      return gives(compactHistogram(divideHistogram(left, right)));
    case "</":
      return gives(trimHistogram(left, "below", right));
    case ">/":
      return gives(trimHistogram(left, "above", right));
    default:
      return incompatible(["histogram", operator, "float"], span);
  }
}

function combineHistograms(
  operator: BinaryOperator,
  left: Histogram,
  right: Histogram,
  span: Span,
): Combined {
  switch (operator) {
    case "+":
    case "-":
      return addOrSubtract(operator, left, right, span);
    case "==":
      return gives(left, equalHistograms(left, right));
    case "!=":
      return gives(left, !equalHistograms(left, right));
    default:
      return incompatible(["histogram", operator, "histogram"], span);
  }
}

function addOrSubtract(
  operator: "+" | "-",
  left: Histogram,
  right: Histogram,
  span: Span,
): Combined {
  const operation: HistogramOperation = operator === "+" ? "addition" : "subtraction";
  const sum = operator === "+" ? addHistograms(left, right) : subtractHistograms(left, right);
  if (sum.histogram === undefined) {
    return { element: undefined, isKept: false, annotation: incompatibleBuckets(operator, span) };
  }
  if (sum.hasResetCollision) {
    return {
      element: undefined,
      isKept: false,
      annotation: counterResetCollision(operation, span),
    };
  }
  const histogram = compactHistogram(sum.histogram);
  return {
    element: operator === "+" ? histogram : { ...histogram, counterResetHint: "gauge" },
    isKept: true,
    annotation: sum.hasReconciledBounds ? mismatchedCustomBuckets(operation, span) : undefined,
  };
}
