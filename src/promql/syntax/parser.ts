/**
 * Reads PromQL by recursive descent; binary operators by their precedence.
 *
 * One pass over the tokens builds the tree; `checkTypes` then looks at whether its parts fit
 * together, so that a query with both kinds of mistakes is told of its syntax first. The grammar and
 * the words of refusals are upstream's.
 */
import { quoteGo } from "#base";
import { createMatcher, type LabelMatcher, type Labels, metricNameLabel } from "#series";
import type {
  Aggregation,
  AggregationOperator,
  BinaryExpr,
  BinaryOperator,
  Expr,
  VectorMatching,
  VectorSelector,
} from "./ast.ts";
import { checkTypes, isSetOperator } from "./check-types.ts";
import { functions } from "./functions.ts";
import { unquote } from "./literal.ts";
import { defaultParserOptions, type ParserOptions } from "./options.ts";
import { secondsOf } from "./parse-duration.ts";
import {
  isMetricName,
  parseLabelNames,
  parseLabels,
  parseMatchers,
  startsExpression,
} from "./parse-labels.ts";
import { type OperatorModifiers, parseOperatorModifiers } from "./parse-matching.ts";
import { noModifiers, parseModifiers } from "./parse-modifiers.ts";
import { spanOf } from "./position.ts";
import { isAggregationOperator, type Token, type TokenKind } from "./token.ts";
import { depthMax, TokenStream } from "./token-stream.ts";
import { childrenOf, valueTypeOf } from "./walk.ts";

/** Reads and checks an expression. Throws a `PromqlError`. */
export function parseExpr(query: string, options: ParserOptions = defaultParserOptions): Expr {
  const stream = new TokenStream(query, options);
  if (stream.isAt("eof")) stream.fail({ start: 0, end: 0 }, "no expression found in input");
  const expr = parseOperators(stream, lowest);
  stream.expect("eof");
  refuseDeep(stream, expr);
  checkTypes(query, expr);
  return expr;
}

/** Reads a selector without modifiers, such as `up{job="api"}`: its matchers. Throws a `PromqlError`. */
export function parseMetricSelector(text: string): readonly LabelMatcher[] {
  const stream = new TokenStream(text, defaultParserOptions);
  if (!stream.isAt("{") && !isMetricName(stream.peek().kind)) stream.unexpected();
  const { matchers } = parseSelector(stream);
  stream.expect("eof");
  return matchers;
}

/** Reads a label set as selectors write it: `up{job="api"}`, `{}`. Throws a `PromqlError`. */
export function parseMetric(text: string): Labels {
  const stream = new TokenStream(text, defaultParserOptions);
  const labels = parseLabels(stream);
  stream.expect("eof");
  return labels;
}

/** How tightly binary operators bind. Signs bind like `*`, modifiers tighter than all operators. */
const precedences: ReadonlyMap<TokenKind, readonly [BinaryOperator, number]> = new Map(
  (
    [
      ["or"],
      ["and", "unless"],
      ["==", "!=", "<", ">", "<=", ">=", "</", ">/"],
      ["+", "-"],
      ["*", "/", "%", "atan2"],
      ["^"],
    ] as const
  ).flatMap((operators, index) =>
    operators.map((operator) => [operator, [operator, index + 1]] as const),
  ),
);
const lowest = 1;
const power = 6;

function parseOperators(stream: TokenStream, precedenceMin: number): Expr {
  stream.enter();
  let left = parseOperand(stream);
  while (true) {
    const [operator, precedence] = precedences.get(stream.peek().kind) ?? [];
    if (operator === undefined || precedence === undefined || precedence < precedenceMin) break;
    stream.take();
    const modifiers = parseOperatorModifiers(stream);
    const right = parseOperators(stream, precedence === power ? power : precedence + 1);
    left = binaryOf(stream, operator, modifiers, [left, right]);
  }
  stream.leave();
  return left;
}

function binaryOf(
  stream: TokenStream,
  operator: BinaryOperator,
  { returnsBool, matching }: OperatorModifiers,
  [left, right]: readonly [Expr, Expr],
): BinaryExpr {
  const span = spanOf(left.span, right.span);
  const fills = matching.fillLeft !== undefined || matching.fillRight !== undefined;
  if (fills && !stream.options.binopFillModifiers) {
    stream.fail(span, "binop fill modifiers are experimental and not enabled");
  }
  const types = [valueTypeOf(left), valueTypeOf(right)];
  const isBetweenVectors = types.every((type) => type === "vector");
  return {
    kind: "binary",
    span,
    type: types.every((type) => type === "scalar") ? "scalar" : "vector",
    operator,
    left,
    right,
    returnsBool,
    // Kept beside scalars only to be refused.
    matching:
      isBetweenVectors || fills || matching.labels.length > 0
        ? settled(operator, matching)
        : undefined,
  };
}

function settled(operator: BinaryOperator, matching: VectorMatching): VectorMatching {
  if (!isSetOperator(operator) || matching.cardinality !== "one-to-one") return matching;
  return { ...matching, cardinality: "many-to-many" };
}

/** An operand with its signs and modifiers. */
function parseOperand(stream: TokenStream): Expr {
  const { kind } = stream.peek();
  if (kind !== "+" && kind !== "-") return parseModifiers(stream, parsePrimary(stream));
  const sign = stream.take();
  const expr = parseOperators(stream, power);
  const span = spanOf(sign, expr.span);
  if (expr.kind !== "number") return { kind: "unary", span, operator: kind, expr };
  return { ...expr, span, value: kind === "-" ? -expr.value : expr.value };
}

function parsePrimary(stream: TokenStream): Expr {
  const token = stream.peek();
  switch (token.kind) {
    case "number":
    case "duration":
      stream.take();
      return {
        kind: "number",
        span: spanOf(token, token),
        value: secondsOf(stream, token),
        isDuration: token.kind === "duration",
      };
    case "string":
      stream.take();
      return { kind: "string", span: spanOf(token, token), value: unquote(token.text) };
    case "(": {
      stream.take();
      const expr = parseOperators(stream, lowest);
      return { kind: "paren", span: spanOf(token, stream.expect(")")), expr };
    }
    case "{":
      return parseSelector(stream);
    default:
      if (!isMetricName(token.kind)) stream.unexpected();
      stream.take();
      return parseNamed(stream, token);
  }
}

/** What begins with a word: an aggregation, a call, or a selector. */
function parseNamed(stream: TokenStream, name: Token): Expr {
  const { kind } = stream.peek();
  if (isAggregationOperator(name.kind)) {
    if (kind === "(" || kind === "by" || kind === "without") {
      return parseAggregation(stream, name, name.kind);
    }
  } else if (kind === "(" && isFunctionName(name.kind)) {
    return parseCall(stream, name);
  }
  return selectorOf(stream, name);
}

function isFunctionName(kind: TokenKind): boolean {
  switch (kind) {
    case "identifier":
    case "start":
    case "end":
    case "step":
    case "range":
    case "min_of":
    case "max_of":
      return true;
    default:
      return false;
  }
}

function parseSelector(stream: TokenStream): VectorSelector {
  return selectorOf(stream, stream.isAt("{") ? undefined : stream.take());
}

function selectorOf(stream: TokenStream, name: Token | undefined): VectorSelector {
  const { start } = name ?? stream.peek();
  const conditions = name === undefined || stream.isAt("{") ? parseMatchers(stream) : [];
  const metricName = name?.text;
  return {
    kind: "selector",
    span: { start, end: stream.end },
    metricName,
    matchers:
      metricName === undefined
        ? conditions
        : [...conditions, createMatcher("=", metricNameLabel, metricName)],
    time: noModifiers,
    extension: "none",
  };
}

function parseCall(stream: TokenStream, name: Token): Expr {
  const args = parseArguments(stream);
  const signature = functions.get(name.text);
  if (signature === undefined) {
    return stream.fail(name, `unknown function with name ${quoteGo(name.text)}`);
  }
  if (signature.isExperimental && !stream.options.experimentalFunctions) {
    stream.fail(name, `function ${quoteGo(name.text)} is not enabled`);
  }
  const span = { start: name.start, end: stream.end };
  return { kind: "call", span, functionName: name.text, args };
}

function parseArguments(stream: TokenStream): readonly Expr[] {
  const args: Expr[] = [];
  stream.expect("(");
  if (stream.accept(")") !== undefined) return args;
  while (true) {
    args.push(parseOperators(stream, lowest));
    const comma = stream.accept(",");
    if (comma === undefined) break;
    if (!startsExpression(stream.peek().kind)) {
      stream.fail(comma, "trailing commas not allowed in function call args");
    }
  }
  stream.expect(")");
  return args;
}

interface Grouping {
  readonly grouping: readonly string[];
  readonly isWithout: boolean;
}

const inAggregation = { place: "aggregation", expected: "" };

/** `sum by (job) (up)` or `sum(up) by (job)`. */
function parseAggregation(
  stream: TokenStream,
  name: Token,
  operator: AggregationOperator,
): Aggregation {
  return stream.within(inAggregation, () => {
    const before = parseGrouping(stream);
    const args = parseArguments(stream);
    const { grouping, isWithout } = before ?? parseGrouping(stream) ?? noGrouping;
    const span = { start: name.start, end: stream.end };
    const hasParam = parameterized.has(operator);
    const experimental = operator === "limitk" || operator === "limit_ratio";
    if (args.length > 0 && experimental && !stream.options.experimentalFunctions) {
      const flag = "--enable-feature=promql-experimental-functions";
      stream.fail(span, `${operator}() is experimental and must be enabled with ${flag}`);
    }
    const [param, expr] = hasParam ? args : [undefined, ...args];
    if (expr === undefined || args.length !== (hasParam ? 2 : 1)) {
      return stream.fail(span, wrongArguments(hasParam ? 2 : 1, args.length));
    }
    return { kind: "aggregation", span, operator, expr, param, grouping, isWithout };
  });
}

const noGrouping: Grouping = { grouping: [], isWithout: false };

/** Aggregations with a parameter before what they aggregate. */
const parameterized: ReadonlySet<AggregationOperator> = new Set<AggregationOperator>([
  "topk",
  "bottomk",
  "count_values",
  "quantile",
  "limitk",
  "limit_ratio",
]);

function parseGrouping(stream: TokenStream): Grouping | undefined {
  if (stream.accept("by") !== undefined) {
    return { grouping: parseLabelNames(stream), isWithout: false };
  }
  if (stream.accept("without") !== undefined) {
    return { grouping: parseLabelNames(stream), isWithout: true };
  }
  return undefined;
}

function wrongArguments(expected: number, count: number): string {
  if (count === 0) return "no arguments for aggregate expression provided";
  return `wrong number of arguments for aggregate expression provided, expected ${expected}, got ${count}`;
}

/** Left-associative operators and brackets grow trees that recursion over them cannot follow. */
function refuseDeep(stream: TokenStream, root: Expr): void {
  const open: [Expr, number][] = [[root, 1]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [expr, depth] = next;
    if (depth > depthMax) stream.refuseDepth(expr.span, depthMax);
    for (const child of childrenOf(expr)) open.push([child, depth + 1]);
  }
}
