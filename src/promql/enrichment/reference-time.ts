import type { Plan, TimeReference } from "../plan/plan.ts";

/**
 * The time at which info series are looked up: that of the first selector in the expression they
 * complete, moved by the subqueries around it until one of them is pinned to a time.
 */
export function findInfoTime(expr: Plan): TimeReference {
  return findTime(expr, []) ?? { offsetMs: 0, atMs: undefined };
}

function findTime(plan: Plan, subqueries: readonly TimeReference[]): TimeReference | undefined {
  switch (plan.kind) {
    case "selector":
      return withSubqueries(plan, subqueries);
    case "matrix":
      return withSubqueries(plan.selector, subqueries);
    case "subquery":
      return findTime(plan.expr, [plan, ...subqueries]);
    case "call":
      return firstTime(plan.args, subqueries);
    case "aggregation":
      return firstTime(
        plan.param === undefined ? [plan.expr] : [plan.expr, plan.param],
        subqueries,
      );
    case "binary":
      return firstTime([plan.left, plan.right], subqueries);
    case "unary":
    case "invariant":
      return findTime(plan.expr, subqueries);
    default:
      return undefined;
  }
}

function firstTime(
  plans: readonly Plan[],
  subqueries: readonly TimeReference[],
): TimeReference | undefined {
  for (const plan of plans) {
    const found = findTime(plan, subqueries);
    if (found !== undefined) return found;
  }
  return undefined;
}

function withSubqueries(
  selector: TimeReference,
  subqueries: readonly TimeReference[],
): TimeReference {
  let { offsetMs, atMs } = selector;
  for (const subquery of subqueries) {
    if (atMs !== undefined) break;
    offsetMs += subquery.offsetMs;
    atMs = subquery.atMs;
  }
  return { offsetMs, atMs };
}
