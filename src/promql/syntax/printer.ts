/**
 * The canonical text of expressions, letter by letter as upstream prints them: rules and the HTTP API
 * show it, and positions in annotations may refer to it. `parseExpr` reads it as the same expression.
 */
import { compareText, formatFloat, quoteGo, unreachable } from "#base";
import { formatDuration, formatMatcher, isValidLabelName, metricNameLabel } from "#series";
import type {
  Aggregation,
  AtModifier,
  BinaryExpr,
  Duration,
  DurationExpr,
  Expr,
  MatrixSelector,
  NumberLiteral,
  Subquery,
  TimeModifiers,
  VectorMatching,
  VectorSelector,
} from "./ast.ts";

export function formatExpr(expr: Expr): string {
  switch (expr.kind) {
    case "number":
      return formatNumber(expr);
    case "string":
      return quoteGo(expr.value);
    case "selector":
      return formatSelector(expr);
    case "matrix":
      return formatMatrix(expr);
    case "subquery":
      return formatExpr(expr.expr) + subquerySuffix(expr);
    case "call":
      return `${expr.functionName}(${expr.args.map(formatExpr).join(", ")})`;
    case "aggregation":
      return formatAggregation(expr);
    case "binary":
      return `${formatExpr(expr.left)} ${operatorText(expr)} ${formatExpr(expr.right)}`;
    case "unary":
      return expr.operator + formatExpr(expr.expr);
    case "paren":
      return `(${formatExpr(expr.expr)})`;
    case "invariant":
      return formatExpr(expr.expr);
    default:
      return unreachable(expr);
  }
}

/** The operator with its modifiers: `* on (job) group_left ()`. */
export function operatorText({ operator, returnsBool, matching }: BinaryExpr): string {
  const bool = returnsBool ? " bool" : "";
  return matching === undefined
    ? operator + bool
    : operator + bool + matchingText(matching) + fillText(matching);
}

/** The aggregation up to its first parenthesis: `sum by (job) `. */
export function aggregationText({ operator, grouping, isWithout }: Aggregation): string {
  if (isWithout) return `${operator} without (${labelList(grouping)}) `;
  return grouping.length > 0 ? `${operator} by (${labelList(grouping)}) ` : operator;
}

/** What makes a subquery of an expression: `[1h:5m] @ 10.000 offset 1m`. */
export function subquerySuffix({ range, step, time }: Subquery): string {
  const stepText = step === undefined ? "" : lengthText(step);
  return `[${lengthText(range)}:${stepText}]${atText(time)}${offsetText(time)}`;
}

function formatNumber({ value, isDuration }: NumberLiteral): string {
  return isDuration ? formatDuration(value * 1000) : formatFloat(value, "f");
}

function formatAggregation(expr: Aggregation): string {
  const param = expr.param === undefined ? "" : `${formatExpr(expr.param)}, `;
  return `${aggregationText(expr)}(${param}${formatExpr(expr.expr)})`;
}

function matchingText({ cardinality, isOn, labels, include }: VectorMatching): string {
  const isGrouped = cardinality === "many-to-one" || cardinality === "one-to-many";
  if (labels.length === 0 && !isOn && !isGrouped) return "";
  const matched = ` ${isOn ? "on" : "ignoring"} (${labelList(labels)})`;
  if (!isGrouped) return matched;
  const side = cardinality === "many-to-one" ? "left" : "right";
  return `${matched} group_${side} (${labelList(include)})`;
}

function fillText({ fillLeft, fillRight }: VectorMatching): string {
  if (fillLeft !== undefined && fillLeft === fillRight) {
    return ` fill (${formatFloat(fillLeft, "g")})`;
  }
  const left = fillLeft === undefined ? "" : ` fill_left (${formatFloat(fillLeft, "g")})`;
  const right = fillRight === undefined ? "" : ` fill_right (${formatFloat(fillRight, "g")})`;
  return left + right;
}

function labelList(names: readonly string[]): string {
  return names.map((name) => (isValidLabelName(name, "legacy") ? name : quoteGo(name))).join(", ");
}

function formatSelector(selector: VectorSelector): string {
  const { time } = selector;
  return bareSelector(selector) + atText(time) + extensionText(selector) + offsetText(time);
}

function formatMatrix({ selector, range }: MatrixSelector): string {
  const { time } = selector;
  const brackets = `[${lengthText(range)}]`;
  return (
    bareSelector(selector) + brackets + extensionText(selector) + atText(time) + offsetText(time)
  );
}

/** Name and conditions, these in the order of their text. */
function bareSelector({ metricName = "", matchers }: VectorSelector): string {
  const conditions = matchers
    .filter(
      ({ name, operator, value }) =>
        value === "" || !(name === metricNameLabel && operator === "=" && value === metricName),
    )
    .map(formatMatcher)
    .sort(compareText);
  return conditions.length === 0 ? metricName : `${metricName}{${conditions.join(",")}}`;
}

function extensionText({ extension }: VectorSelector): string {
  return extension === "none" ? "" : ` ${extension}`;
}

function atText({ at }: TimeModifiers): string {
  return at === undefined ? "" : ` @ ${timestampText(at)}`;
}

function timestampText(at: AtModifier): string {
  return at.kind === "time" ? (at.timestampMs / 1000).toFixed(3) : `${at.kind}()`;
}

function offsetText({ offset }: TimeModifiers): string {
  if (offset === undefined || (offset.kind === "literal" && offset.seconds === 0)) return "";
  return ` offset ${lengthText(offset)}`;
}

/** A literal that stands alone, which is printed with units however it was written. */
function lengthText(duration: Duration): string {
  return duration.kind === "literal" ? formatDuration(duration.ms) : formatDurationExpr(duration);
}

function formatDurationExpr(duration: DurationExpr): string {
  const text = durationText(duration);
  return duration.isParenthesized ? `(${text})` : text;
}

function durationText(duration: DurationExpr): string {
  switch (duration.kind) {
    case "step":
    case "range":
      return `${duration.kind}()`;
    case "min_of":
    case "max_of":
      return `${duration.kind}(${operandText(duration.left)}, ${operandText(duration.right)})`;
    case "negation":
      return `-${operandText(duration.operand)}`;
    case "plus":
      return operandText(duration.operand);
    case "arithmetic":
      return `${operandText(duration.left)} ${duration.operator} ${operandText(duration.right)}`;
    default:
      return unreachable(duration);
  }
}

/** Literals within arithmetic keep their unit, or that they have none. */
function operandText(duration: Duration): string {
  if (duration.kind !== "literal") return formatDurationExpr(duration);
  const { span, seconds, isDuration } = duration;
  return formatNumber({ kind: "number", span, value: seconds, isDuration });
}
