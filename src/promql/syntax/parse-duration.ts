/**
 * Lengths of time in brackets and after `offset`: literals, and arithmetic on them.
 *
 * Brackets hold a whole expression. After `offset` only a signed literal, a call or something in
 * parentheses is taken, so that `foo offset 5m * 2` doubles foo; but what begins with a parenthesis
 * goes on, as in `foo offset (2m) * 2`. Both are upstream's rules.
 */
import { DurationError, parseDuration } from "#series";
import type { Duration, DurationExpr, DurationLiteral, DurationOperator, Span } from "./ast.ts";
import { parseNumber } from "./literal.ts";
import { spanOf } from "./position.ts";
import type { Token, TokenKind } from "./token.ts";
import { depthMax, type TokenStream } from "./token-stream.ts";

/** The number of seconds that a number or duration token names. */
export function secondsOf(stream: TokenStream, token: Token): number {
  if (token.kind === "number") {
    const parsed = parseNumber(token.text);
    return "value" in parsed ? parsed.value : stream.fail(token, parsed.problem);
  }
  try {
    const ms = parseDuration(token.text);
    return Math.floor(ms / 1000) + ((ms % 1000) * 1e6) / 1e9;
  } catch (error) {
    // What the lexer lets pass may still have its units in the wrong order.
    if (!(error instanceof DurationError)) throw error;
    return stream.fail(token, error.message, { cause: error });
  }
}

/** A range or step, which has to be positive as far as that can be seen. */
export function parsePositiveDuration(stream: TokenStream): Duration {
  const duration = parseDurationExpr(stream, lowest);
  if (duration.kind === "literal" && duration.seconds <= 0) {
    stream.fail(duration.span, "duration must be greater than 0");
  }
  return duration;
}

/** What follows `offset`. */
export function parseOffsetDuration(stream: TokenStream): Duration {
  if (stream.isAt("(")) return parseDurationExpr(stream, lowest);
  if (!isSign(stream.peek().kind)) return parseOperand(stream);
  const sign = stream.take();
  const { kind, start } = stream.peek();
  if (isSign(kind)) return parseRest(stream, parseSigned(stream, sign), lowest);
  if (kind === "(") {
    stream.take();
    const inner = parseDurationExpr(stream, lowest);
    stream.expect(")");
    return withSign(sign, inParentheses(inner, start));
  }
  if (kind === "number" || kind === "duration") {
    return withSign(sign, parseLiteral(stream, sign));
  }
  const operand = parseOperand(stream);
  return {
    kind: sign.kind === "-" ? "negation" : "plus",
    span: spanOf(sign, operand.span),
    operand,
    isParenthesized: false,
  };
}

/** How tightly operators bind; a sign binds like `*`, and `^` goes from the right. */
const precedences: ReadonlyMap<TokenKind, readonly [DurationOperator, number]> = new Map([
  ["+", ["+", 1]],
  ["-", ["-", 1]],
  ["*", ["*", 2]],
  ["/", ["/", 2]],
  ["%", ["%", 2]],
  ["^", ["^", 3]],
]);
const lowest = 1;
const power = 3;

function parseDurationExpr(stream: TokenStream, precedenceMin: number): Duration {
  stream.enter();
  const sign = isSign(stream.peek().kind) ? stream.take() : undefined;
  const left = sign === undefined ? parseOperand(stream) : parseSigned(stream, sign);
  const duration = parseRest(stream, left, precedenceMin);
  stream.leave();
  return duration;
}

function parseSigned(stream: TokenStream, sign: Token): Duration {
  return withSign(sign, parseDurationExpr(stream, power));
}

function parseRest(stream: TokenStream, first: Duration, precedenceMin: number): Duration {
  let left = first;
  for (let depth = 1; ; depth++) {
    if (depth > depthMax) stream.refuseDepth(left.span, depthMax);
    const [operator, precedence] = precedences.get(stream.peek().kind) ?? [];
    if (operator === undefined || precedence === undefined || precedence < precedenceMin) {
      return left;
    }
    const token = stream.take();
    const right = parseDurationExpr(stream, precedence === power ? power : precedence + 1);
    requireExpressions(stream, left.span);
    if (right.kind === "literal" && right.seconds === 0) {
      if (operator === "/") stream.fail(token, "division by zero");
      if (operator === "%") stream.fail(token, "modulo by zero");
    }
    const span = spanOf(left.span, right.span);
    left = { kind: "arithmetic", span, operator, left, right, isParenthesized: false };
  }
}

function parseOperand(stream: TokenStream): Duration {
  const { kind, start } = stream.peek();
  switch (kind) {
    case "number":
    case "duration":
      return parseLiteral(stream);
    case "(": {
      stream.take();
      const inner = parseDurationExpr(stream, lowest);
      stream.expect(")");
      requireExpressions(stream, inner.span);
      return inParentheses(inner, start);
    }
    case "step":
    case "range":
      stream.take();
      stream.expect("(");
      stream.expect(")");
      requireExpressions(stream, { start, end: stream.end });
      return { kind, span: { start, end: stream.end }, isParenthesized: false };
    case "min_of":
    case "max_of":
      return parseChoice(stream, kind);
    default:
      return stream.unexpected();
  }
}

/** `blamed` is where a refusal points to; by default to the literal. */
function parseLiteral(stream: TokenStream, blamed?: Token): DurationLiteral {
  const token = stream.take();
  const seconds = secondsOf(stream, token);
  if (!(Math.abs(seconds) <= secondsMax)) stream.fail(blamed ?? token, "duration out of range");
  return literalOf(token, seconds, token.kind === "duration");
}

/** What 64 bits of nanoseconds hold. */
const secondsMax = 2 ** 63 / 1e9;

function literalOf(span: Span, seconds: number, isDuration: boolean): DurationLiteral {
  const { start, end } = span;
  // Upstream keeps nanoseconds, and the engine cuts them to milliseconds.
  const ms = Math.trunc(Math.round(seconds * 1e9) / 1e6);
  return { kind: "literal", span: { start, end }, ms, seconds, isDuration };
}

/** The span goes from the first to the second choice, as in upstream's messages. */
function parseChoice(stream: TokenStream, kind: "min_of" | "max_of"): DurationExpr {
  stream.take();
  stream.expect("(");
  const left = parseDurationExpr(stream, lowest);
  stream.expect(",");
  const right = parseDurationExpr(stream, lowest);
  stream.expect(")");
  const span = spanOf(left.span, right.span);
  requireExpressions(stream, span);
  return { kind, span, left, right, isParenthesized: false };
}

/** A literal in parentheses is kept as something with a plus that is never printed. */
function inParentheses(duration: Duration, start: number): DurationExpr {
  if (duration.kind !== "literal") return { ...duration, isParenthesized: true };
  const span = { start, end: duration.span.end };
  return { kind: "plus", span, operand: duration, isParenthesized: true };
}

/** Signs of literals become part of these; a plus is dropped. */
function withSign(sign: Token, operand: Duration): Duration {
  const span = spanOf(sign, operand.span);
  if (operand.kind === "literal") {
    const seconds = sign.kind === "-" ? -operand.seconds : operand.seconds;
    return literalOf(span, seconds, operand.isDuration);
  }
  if (sign.kind === "+") return operand;
  return { kind: "negation", span, operand, isParenthesized: false };
}

function isSign(kind: TokenKind): boolean {
  return kind === "+" || kind === "-";
}

function requireExpressions(stream: TokenStream, span: Span): void {
  if (stream.options.durationExpressions) return;
  stream.fail(span, "experimental duration expression is not enabled");
}
