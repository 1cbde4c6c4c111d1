/**
 * The other ways in which a script evaluates each instant query: with its time pinned by `@`, which
 * must give the same at any evaluation time.
 */
import type { Expr, TimeModifiers } from "../syntax/ast.ts";
import { parseExpr } from "../syntax/parser.ts";
import { formatExpr } from "../syntax/printer.ts";
import { childrenOf, mapChildren } from "../syntax/walk.ts";
import { scriptParserOptions } from "./parse-script.ts";

export interface TimedQuery {
  readonly query: string;
  readonly timeMs: number;
}

/** The query as given, then pinned to its time and evaluated at others. */
export function variantsOf(query: string, timeMs: number): readonly TimedQuery[] {
  const given = { query, timeMs };
  const expr = parseExpr(query, scriptParserOptions);
  if (dependsOnEvaluation(expr)) return [given];
  const pinned = formatExpr(pinnedTo(expr, timeMs));
  const times =
    timeMs === 0
      ? [-1000, 0, 1000]
      : [-10 * timeMs, 0, Math.trunc(timeMs / 5), timeMs, 10 * timeMs];
  return [given, ...times.map((time) => ({ query: pinned, timeMs: time }))];
}

/** Whether the same text means something else over a range of time. */
export function dependsOnRange(query: string): boolean {
  return /(?:start|end|range|step)\(\)/.test(query);
}

/** Functions of the evaluation time, even where all selectors are pinned. */
const timeFunctions: ReadonlySet<string> = new Set([
  "days_in_month",
  "day_of_month",
  "day_of_week",
  "day_of_year",
  "end",
  "hour",
  "minute",
  "month",
  "predict_linear",
  "range",
  "start",
  "step",
  "time",
  "timestamp",
  "year",
]);

/** The times in a subquery are its own, once it is pinned. */
function dependsOnEvaluation(expr: Expr): boolean {
  if (expr.kind === "call" && timeFunctions.has(expr.functionName)) return true;
  return expr.kind !== "subquery" && childrenOf(expr).some(dependsOnEvaluation);
}

function pinnedTo(expr: Expr, timeMs: number): Expr {
  switch (expr.kind) {
    case "selector":
    case "subquery":
      return { ...expr, time: pinnedTime(expr.time, timeMs) };
    case "matrix": {
      const { selector } = expr;
      return { ...expr, selector: { ...selector, time: pinnedTime(selector.time, timeMs) } };
    }
    default:
      return mapChildren(expr, (child) => pinnedTo(child, timeMs));
  }
}

function pinnedTime(time: TimeModifiers, timestampMs: number): TimeModifiers {
  return time.at?.kind === "time" ? time : { ...time, at: { kind: "time", timestampMs } };
}
