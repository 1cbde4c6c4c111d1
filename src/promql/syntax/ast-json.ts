/** The syntax tree as `/api/v1/parse_query` serves it: upstream's names, keys in upstream's order. */
import { formatFloat, unreachable } from "#base";
import type { LabelMatcher } from "#series";
import type {
  Aggregation,
  BinaryExpr,
  Call,
  Duration,
  Expr,
  Subquery,
  TimeModifiers,
  VectorMatching,
  VectorSelector,
} from "./ast.ts";
import { functions } from "./functions.ts";

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json };

/** Something that `JSON.stringify` writes as upstream's tree of the expression. */
export function exprToJson(expr: Expr): Json {
  switch (expr.kind) {
    case "number":
      return { type: "numberLiteral", val: formatFloat(expr.value, "f") };
    case "string":
      return { type: "stringLiteral", val: expr.value.toWellFormed() };
    case "selector":
      return { ...selectorJson(expr), type: "vectorSelector" };
    case "matrix":
      return sorted({
        ...selectorJson(expr.selector),
        range: lengthMs(expr.range),
        rangeExpr: lengthExpr(expr.range),
        type: "matrixSelector",
      });
    case "subquery":
      return subqueryJson(expr);
    case "call":
      return callJson(expr);
    case "aggregation":
      return aggregationJson(expr);
    case "binary":
      return binaryJson(expr);
    case "unary":
      return { expr: exprToJson(expr.expr), op: expr.operator, type: "unaryExpr" };
    case "paren":
      return { expr: exprToJson(expr.expr), type: "parenExpr" };
    case "invariant":
      return exprToJson(expr.expr);
    default:
      return unreachable(expr);
  }
}

type JsonObject = Readonly<Record<string, Json>>;

function sorted(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function selectorJson(selector: VectorSelector): JsonObject {
  return sorted({
    anchored: selector.extension === "anchored",
    matchers: selector.matchers.map(matcherJson),
    name: selector.metricName ?? "",
    smoothed: selector.extension === "smoothed",
    ...timeJson(selector.time),
  });
}

function matcherJson({ name, operator, value }: LabelMatcher): Json {
  return { name: name.toWellFormed(), type: operator, value: value.toWellFormed() };
}

function timeJson({ offset, at }: TimeModifiers): JsonObject {
  return {
    offset: offset === undefined ? 0 : lengthMs(offset),
    offsetExpr: offset === undefined ? null : lengthExpr(offset),
    startOrEnd: at === undefined || at.kind === "time" ? null : at.kind,
    timestamp: at?.kind === "time" ? at.timestampMs : null,
  };
}

function subqueryJson({ expr, range, step, time }: Subquery): Json {
  return sorted({
    expr: exprToJson(expr),
    range: lengthMs(range),
    rangeExpr: lengthExpr(range),
    step: step === undefined ? 0 : lengthMs(step),
    stepExpr: step === undefined ? null : lengthExpr(step),
    type: "subquery",
    ...timeJson(time),
  });
}

function callJson({ functionName, args }: Call): Json {
  const signature = functions.get(functionName);
  return {
    args: args.map(exprToJson),
    func: {
      argTypes: signature?.argTypes ?? [],
      name: functionName,
      returnType: signature?.returnType ?? "none",
      variadic: signature?.variadic ?? 0,
    },
    type: "call",
  };
}

function aggregationJson({ operator, expr, param, grouping, isWithout }: Aggregation): Json {
  return {
    expr: exprToJson(expr),
    grouping,
    op: operator,
    param: param === undefined ? null : exprToJson(param),
    type: "aggregation",
    without: isWithout,
  };
}

function binaryJson({ operator, left, right, returnsBool, matching }: BinaryExpr): Json {
  return {
    bool: returnsBool,
    lhs: exprToJson(left),
    matching: matching === undefined ? null : matchingJson(matching),
    op: operator,
    rhs: exprToJson(right),
    type: "binaryExpr",
  };
}

function matchingJson(matching: VectorMatching): Json {
  return {
    card: matching.cardinality,
    fillValues: { lhs: matching.fillLeft ?? null, rhs: matching.fillRight ?? null },
    include: matching.include,
    labels: matching.labels,
    on: matching.isOn,
  };
}

/** 0 where arithmetic has to tell. */
function lengthMs(duration: Duration): number {
  return duration.kind === "literal" ? duration.ms : 0;
}

function lengthExpr(duration: Duration): Json {
  return duration.kind === "literal" ? null : durationJson(duration);
}

function durationJson(duration: Duration): Json {
  switch (duration.kind) {
    case "literal": {
      const { seconds, isDuration } = duration;
      return { duration: isDuration, type: "numberLiteral", val: formatFloat(seconds, "f") };
    }
    case "step":
    case "range":
      return operation(duration.kind, duration, null, null);
    case "min_of":
    case "max_of":
      return operation(
        duration.kind,
        duration,
        durationJson(duration.left),
        durationJson(duration.right),
      );
    case "plus":
      return operation("+", duration, null, durationJson(duration.operand));
    case "negation":
      return operation("-", duration, null, durationJson(duration.operand));
    case "arithmetic":
      return operation(
        duration.operator,
        duration,
        durationJson(duration.left),
        durationJson(duration.right),
      );
    default:
      return unreachable(duration);
  }
}

function operation(
  op: string,
  { isParenthesized }: { readonly isParenthesized: boolean },
  lhs: Json,
  rhs: Json,
): Json {
  return { lhs, op, rhs, type: "durationExpr", wrapped: isParenthesized };
}
