/** Whether the parts of an expression fit together: types, counts of arguments, empty selectors. */
import { quoteGo, unreachable } from "#base";
import { metricNameLabel } from "#series";
import type {
  Aggregation,
  BinaryExpr,
  BinaryOperator,
  Call,
  Expr,
  Span,
  ValueType,
  VectorMatching,
  VectorSelector,
} from "./ast.ts";
import { type FunctionSignature, functions } from "./functions.ts";
import { PromqlError } from "./parse-error.ts";
import { valueTypeOf } from "./walk.ts";

/** Throws a `PromqlError` about the first thing that does not fit, inner expressions first. */
export function checkTypes(query: string, expr: Expr): void {
  switch (expr.kind) {
    case "number":
    case "string":
      return;
    case "selector":
      return checkSelector(query, expr);
    case "matrix":
      return checkSelector(query, expr.selector);
    case "call":
      return checkCall(query, expr);
    case "aggregation":
      return checkAggregation(query, expr);
    case "binary":
      return checkBinary(query, expr);
    case "paren":
    case "invariant":
      return checkTypes(query, expr.expr);
    case "unary":
    case "subquery":
      return checkOperand(query, expr);
    default:
      return unreachable(expr);
  }
}

export function isSetOperator(operator: BinaryOperator): boolean {
  return operator === "and" || operator === "or" || operator === "unless";
}

/** Those that take `bool`; trimming operators only look alike. */
function isComparison(operator: BinaryOperator): boolean {
  return comparisons.has(operator);
}

const comparisons: ReadonlySet<BinaryOperator> = new Set<BinaryOperator>([
  "==",
  "!=",
  "<",
  ">",
  "<=",
  ">=",
]);

/** Types as the documentation calls them. */
const typeNames: Readonly<Record<ValueType, string>> = {
  scalar: "scalar",
  string: "string",
  vector: "instant vector",
  matrix: "range vector",
};

function fail(query: string, span: Span, problem: string): never {
  throw new PromqlError(query, span, problem);
}

function checkSelector(query: string, selector: VectorSelector): void {
  const { metricName, matchers, span } = selector;
  if (metricName === undefined) {
    if (matchers.some((matcher) => !matcher.matchesEmpty)) return;
    fail(query, span, "vector selector must contain at least one non-empty matcher");
  }
  // The last matcher is that of the name before the braces.
  const other = matchers.slice(0, -1).find(({ name }) => name === metricNameLabel);
  if (other === undefined) return;
  const names = `${quoteGo(metricName)} or ${quoteGo(other.value)}`;
  fail(query, span, `metric name must not be set twice: ${names}`);
}

function checkCall(query: string, call: Call): void {
  const signature = functions.get(call.functionName);
  if (signature === undefined) {
    return fail(query, call.span, `unknown function with name ${quoteGo(call.functionName)}`);
  }
  checkArgumentCount(query, call, signature);
  const isInfo = call.functionName === "info";
  if (isInfo) checkInfoSelector(query, call);
  call.args.forEach((arg, index) => {
    const want = signature.argTypes[Math.min(index, signature.argTypes.length - 1)];
    // The second argument of `info` narrows what is joined: it may match the empty string.
    if (!(isInfo && index === 1)) checkTypes(query, arg);
    if (want !== undefined) {
      expectType(query, arg, want, `call to function ${quoteGo(call.functionName)}`);
    }
  });
}

function checkArgumentCount(query: string, call: Call, signature: FunctionSignature): void {
  const { argTypes, variadic } = signature;
  const count = call.args.length;
  const name = quoteGo(call.functionName);
  if (variadic === 0) {
    if (count === argTypes.length) return;
    fail(
      query,
      call.span,
      `expected ${argTypes.length} argument(s) in call to ${name}, got ${count}`,
    );
  }
  const min = argTypes.length - 1;
  if (count < min) {
    fail(query, call.span, `expected at least ${min} argument(s) in call to ${name}, got ${count}`);
  }
  const max = min + variadic;
  if (variadic > 0 && count > max) {
    fail(query, call.span, `expected at most ${max} argument(s) in call to ${name}, got ${count}`);
  }
}

function checkInfoSelector(query: string, call: Call): void {
  const selector = call.args[1];
  if (selector === undefined) return;
  const type = valueTypeOf(selector);
  if (type !== "vector") {
    const got = `expected type instant vector in call to function "info", got ${typeNames[type]}`;
    fail(query, call.span, got);
  }
  if (selector.kind !== "selector") fail(query, selector.span, "expected label selectors only");
  if (selector.metricName === undefined) return;
  fail(query, selector.span, "expected label selectors only, got vector selector instead");
}

function checkAggregation(query: string, { operator, expr, param }: Aggregation): void {
  checkTypes(query, expr);
  expectType(query, expr, "vector", "aggregation expression");
  if (param === undefined) return;
  checkTypes(query, param);
  const want = operator === "count_values" ? "string" : "scalar";
  expectType(query, param, want, "aggregation parameter");
}

function expectType(query: string, expr: Expr, want: ValueType, context: string): void {
  const type = valueTypeOf(expr);
  if (type === want) return;
  const names = `expected type ${typeNames[want]} in ${context}, got ${typeNames[type]}`;
  fail(query, expr.span, names);
}

function checkOperand(query: string, expr: Extract<Expr, { kind: "unary" | "subquery" }>): void {
  checkTypes(query, expr.expr);
  const type = valueTypeOf(expr.expr);
  if (expr.kind === "subquery") {
    if (type === "vector") return;
    fail(query, expr.span, `subquery is only allowed on instant vector, got ${type} instead`);
  }
  if (type === "scalar" || type === "vector") return;
  const allowed = "unary expression only allowed on expressions of type scalar or instant vector";
  fail(query, expr.span, `${allowed}, got ${quoteGo(typeNames[type])}`);
}

function checkBinary(query: string, expr: BinaryExpr): void {
  const { operator, left, right, returnsBool, matching, span } = expr;
  checkTypes(query, left);
  checkTypes(query, right);
  if (returnsBool && !isComparison(operator)) {
    const problem = "bool modifier can only be used on comparison operators";
    fail(query, operatorSpan(query, expr), problem);
  }
  if (isComparison(operator) && !returnsBool && expr.type === "scalar") {
    const problem = "comparisons between scalars must use BOOL modifier";
    fail(query, operatorSpan(query, expr), problem);
  }
  if (matching !== undefined) checkGroupLabels(query, expr, matching);
  for (const operand of [left, right]) {
    const type = valueTypeOf(operand);
    if (type === "scalar" || type === "vector") continue;
    const problem = "binary expression must contain only scalar and instant vector types";
    fail(query, operand.span, problem);
  }
  if (matching !== undefined) checkMatching(query, expr, matching);
  const hasScalar = [left, right].some((operand) => valueTypeOf(operand) === "scalar");
  if (hasScalar && isSetOperator(operator)) {
    const name = quoteGo(operator);
    fail(query, span, `set operator ${name} not allowed in binary scalar expression`);
  }
}

function checkGroupLabels(query: string, expr: BinaryExpr, matching: VectorMatching): void {
  if (!matching.isOn) return;
  const twice = matching.labels.find((label) => matching.include.includes(label));
  if (twice === undefined) return;
  const problem = `label ${quoteGo(twice)} must not occur in ON and GROUP clause at once`;
  fail(query, operatorSpan(query, expr), problem);
}

function checkMatching(query: string, expr: BinaryExpr, matching: VectorMatching): void {
  const { operator, left, right, span } = expr;
  const fills = matching.fillLeft !== undefined || matching.fillRight !== undefined;
  if (valueTypeOf(left) !== "vector" || valueTypeOf(right) !== "vector") {
    if (matching.labels.length > 0) {
      fail(query, span, "vector matching only allowed between instant vectors");
    }
    fail(query, span, "filling in missing series only allowed between instant vectors");
  }
  if (!isSetOperator(operator)) return;
  if (matching.cardinality !== "many-to-many") {
    fail(query, span, `no grouping allowed for ${quoteGo(operator)} operation`);
  }
  if (fills) fail(query, span, "filling in missing series not allowed for set operators");
}

/** Where the operator is: what lies between the operands, without the spaces around it. */
function operatorSpan(query: string, { left, right }: BinaryExpr): Span {
  const between = query.slice(left.span.end, right.span.start);
  const start = left.span.end + between.length - between.trimStart().length;
  return { start, end: start + between.trim().length };
}
