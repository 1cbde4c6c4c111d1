/**
 * Expressions laid out over several lines. What fits into a line stays on one, in its canonical form;
 * what does not is split at its parts, each two spaces deeper. The layout is upstream's.
 */
import { unreachable } from "#base";
import type { Expr } from "./ast.ts";
import { byteLength } from "./position.ts";
import { aggregationText, formatExpr, operatorText, subquerySuffix } from "./printer.ts";
import { childrenOf } from "./walk.ts";

const lineBytesMax = 100;
const indentation = "  ";

/** The expression as a person would like to read it. */
export function prettyExpr(expr: Expr): string {
  return pretty(expr, 0);
}

function pretty(expr: Expr, level: number): string {
  if (expr.kind === "unary") {
    return indent(level) + expr.operator + pretty(expr.expr, level).trim();
  }
  if (expr.kind === "invariant") return pretty(expr.expr, level);
  const line = findLine(expr);
  // A subquery in a single line is never indented.
  if (expr.kind === "subquery") return line ?? pretty(expr.expr, level) + subquerySuffix(expr);
  return line === undefined ? split(expr, level) : indent(level) + line;
}

/** The canonical form, if it fits into a line. */
function findLine(expr: Expr): string | undefined {
  if (hasManyParts(expr)) return undefined;
  const line = formatExpr(expr);
  const fits = line.length <= lineBytesMax && byteLength(line) <= lineBytesMax;
  return fits ? line : undefined;
}

/** Whether there are more parts than a line has characters: then nobody need print them to know. */
function hasManyParts(root: Expr): boolean {
  const open: Expr[] = [root];
  let count = 0;
  for (let expr = open.pop(); expr !== undefined; expr = open.pop()) {
    count++;
    if (count > lineBytesMax) return true;
    open.push(...childrenOf(expr));
  }
  return false;
}

function split(
  expr: Exclude<Expr, { kind: "unary" | "invariant" | "subquery" }>,
  level: number,
): string {
  switch (expr.kind) {
    case "number":
    case "string":
    case "selector":
    case "matrix":
      return indent(level) + formatExpr(expr);
    case "call":
      return indent(level) + block(expr.functionName, expr.args, level);
    case "aggregation": {
      const parts = expr.param === undefined ? [expr.expr] : [expr.param, expr.expr];
      return indent(level) + block(aggregationText(expr), parts, level);
    }
    case "binary": {
      const left = pretty(expr.left, level + 1);
      const right = pretty(expr.right, level + 1);
      return `${left}\n${indent(level)}${operatorText(expr)}\n${right}`;
    }
    case "paren":
      return indent(level) + block("", [expr.expr], level);
    default:
      return unreachable(expr);
  }
}

function block(head: string, parts: readonly Expr[], level: number): string {
  const lines = parts.map((part) => pretty(part, level + 1)).join(",\n");
  return `${head}(\n${lines}\n${indent(level)})`;
}

function indent(level: number): string {
  return indentation.repeat(level);
}
