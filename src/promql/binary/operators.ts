import { quoteGo } from "#base";
import { evaluationFailed } from "../query-error.ts";
import type { BinaryOperator } from "../syntax/ast.ts";

export type ComparisonOperator = "==" | "!=" | "<" | ">" | "<=" | ">=";

export function isComparison(operator: BinaryOperator): operator is ComparisonOperator {
  switch (operator) {
    case "==":
    case "!=":
    case "<":
    case ">":
    case "<=":
    case ">=":
      return true;
    default:
      return false;
  }
}

/** Whether the result is another quantity than the left side, so that its name is dropped. */
export function changesQuantity(operator: BinaryOperator): boolean {
  switch (operator) {
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
    case "^":
    case "atan2":
      return true;
    default:
      return false;
  }
}

export function compare(operator: ComparisonOperator, left: number, right: number): boolean {
  switch (operator) {
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case ">":
      return left > right;
    case "<=":
      return left <= right;
    default:
      return left >= right;
  }
}

/** Arithmetic on two floats. */
export function compute(operator: BinaryOperator, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "%":
      return left % right;
    case "^":
      return power(left, right);
    case "atan2":
      return Math.atan2(left, right);
    default:
      throw evaluationFailed(`operator ${quoteGo(operator)} not allowed for Scalar operations`);
  }
}

/** IEEE 754's power: 1 to any power and −1 to an infinite one are 1, where JavaScript has NaN. */
function power(base: number, exponent: number): number {
  if (base === 1) return 1;
  if (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY) return 1;
  return base ** exponent;
}
