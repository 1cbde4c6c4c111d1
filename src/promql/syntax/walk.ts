import { assert, unreachable } from "#base";
import type { LabelMatcher } from "#series";
import type { Expr, ValueType } from "./ast.ts";
import { functions } from "./functions.ts";

/** What an expression evaluates to. Whether its parts fit together is `checkTypes`' business. */
export function valueTypeOf(expr: Expr): ValueType {
  switch (expr.kind) {
    case "number":
      return "scalar";
    case "string":
      return "string";
    case "selector":
    case "aggregation":
      return "vector";
    case "matrix":
    case "subquery":
      return "matrix";
    case "binary":
      return expr.type;
    case "call":
      return functions.get(expr.functionName)?.returnType ?? "vector";
    case "unary":
    case "paren":
    case "invariant":
      return valueTypeOf(expr.expr);
    default:
      return unreachable(expr);
  }
}

/** The expressions right below, in upstream's order: an aggregation's parameter comes last. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case "number":
    case "string":
    case "selector":
      return [];
    case "matrix":
      return [expr.selector];
    case "call":
      return expr.args;
    case "binary":
      return [expr.left, expr.right];
    case "aggregation":
      return expr.param === undefined ? [expr.expr] : [expr.expr, expr.param];
    case "subquery":
    case "unary":
    case "paren":
    case "invariant":
      return [expr.expr];
    default:
      return unreachable(expr);
  }
}

/** The matchers of every selector in the expression, in the order of the text. */
export function extractSelectors(expr: Expr): readonly (readonly LabelMatcher[])[] {
  if (expr.kind === "selector") return [expr.matchers];
  return childrenOf(expr).flatMap(extractSelectors);
}

/**
 * The expression with `change` applied to each of its children. The same object comes back when no
 * child has changed. The selector of a range is no child here: its range belongs to it.
 */
export function mapChildren(expr: Expr, change: (child: Expr) => Expr): Expr {
  if (expr.kind === "matrix") return expr;
  const before = childrenOf(expr);
  const after = before.map(change);
  return after.every((child, index) => child === before[index]) ? expr : withChildren(expr, after);
}

function withChildren(expr: Expr, children: readonly Expr[]): Expr {
  const [first, second] = children;
  assert(first !== undefined, "an expression has as many children as before");
  switch (expr.kind) {
    case "call":
      return { ...expr, args: children };
    case "binary":
      assert(second !== undefined, "a binary expression has two operands");
      return { ...expr, left: first, right: second };
    case "aggregation":
      return { ...expr, expr: first, param: second };
    case "subquery":
    case "unary":
    case "paren":
    case "invariant":
      return { ...expr, expr: first };
    default:
      return expr;
  }
}
