/** What may follow an expression: a range, a subquery, `offset`, `@`, `anchored` and `smoothed`. */
import { formatFloat } from "#base";
import type {
  AtModifier,
  Duration,
  Expr,
  MatrixSelector,
  Subquery,
  TimeModifiers,
  VectorSelector,
} from "./ast.ts";
import { parseOffsetDuration, parsePositiveDuration, secondsOf } from "./parse-duration.ts";
import { spanOf } from "./position.ts";
import type { TokenStream } from "./token-stream.ts";

const lengthWords = "number, duration, step(), or range()";
const inOffset = { place: "offset", expected: lengthWords };
const inBrackets = { place: "subquery or range selector", expected: lengthWords };
const afterRange = { place: "subquery or range", expected: '":" or "]"' };
const inStep = {
  place: "subquery selector",
  expected: 'number, duration, step(), range(), or "]"',
};
const afterStep = { place: "subquery selector", expected: '"]"' };
const inAt = { place: "@", expected: "timestamp" };

/** The expression with all that modifies it, in any order. */
export function parseModifiers(stream: TokenStream, first: Expr): Expr {
  let expr = first;
  // Brackets nest expressions without recursion here, but not for those who walk the tree.
  while (true) {
    switch (stream.peek().kind) {
      case "[":
        expr = parseBrackets(stream, expr);
        break;
      case "offset":
        stream.take();
        expr = withOffset(
          stream,
          expr,
          stream.within(inOffset, () => parseOffsetDuration(stream)),
        );
        break;
      case "@":
        stream.take();
        expr = stream.within(inAt, () => parseAt(stream, expr));
        break;
      case "anchored":
      case "smoothed":
        expr = parseExtension(stream, expr);
        break;
      default:
        return expr;
    }
  }
}

function parseBrackets(stream: TokenStream, expr: Expr): MatrixSelector | Subquery {
  const open = stream.expect("[");
  const range = stream.within(inBrackets, () => parsePositiveDuration(stream));
  if (stream.accept("]") !== undefined) return rangeOf(stream, expr, range, open.start);
  stream.expect(":", afterRange);
  const step = stream.isAt("]")
    ? undefined
    : stream.within(inStep, () => parsePositiveDuration(stream));
  stream.expect("]", afterStep);
  const span = { start: expr.span.start, end: stream.end };
  return { kind: "subquery", span, expr, range, step, time: noModifiers };
}

export const noModifiers: TimeModifiers = { offset: undefined, at: undefined };

function rangeOf(stream: TokenStream, expr: Expr, range: Duration, openAt: number): MatrixSelector {
  const brackets = { start: openAt, end: stream.end };
  if (expr.kind !== "selector") {
    return stream.fail(brackets, "ranges only allowed for vector selectors");
  }
  if (hasOffset(expr.time)) stream.fail(brackets, "no offset modifiers allowed before range");
  if (expr.time.at !== undefined) stream.fail(brackets, "no @ modifiers allowed before range");
  return { kind: "matrix", span: spanOf(expr.span, brackets), selector: expr, range };
}

/** An offset of zero is as good as none, and may be followed by another. */
function hasOffset({ offset }: TimeModifiers): boolean {
  return offset !== undefined && !(offset.kind === "literal" && offset.seconds === 0);
}

type Timed = VectorSelector | MatrixSelector | Subquery;

function withOffset(stream: TokenStream, expr: Expr, offset: Duration): Expr {
  const timed = timedOf(stream, expr, "offset modifier");
  const time = timeOf(timed);
  if (hasOffset(time)) stream.fail(expr.span, "offset may not be set multiple times");
  return withTime(timed, { ...time, offset }, stream.end);
}

function parseAt(stream: TokenStream, expr: Expr): Expr {
  const at = parseTimestamp(stream, expr);
  const timed = timedOf(stream, expr, "@ modifier");
  const time = timeOf(timed);
  if (time.at !== undefined) {
    stream.fail(expr.span, "@ <timestamp> may not be set multiple times");
  }
  return withTime(timed, { ...time, at }, stream.end);
}

function parseTimestamp(stream: TokenStream, expr: Expr): AtModifier {
  const { kind } = stream.peek();
  if (kind === "start" || kind === "end") {
    stream.take();
    stream.expect("(");
    stream.expect(")");
    return { kind };
  }
  const isNegative = stream.accept("-") !== undefined;
  if (!isNegative) stream.accept("+");
  if (!stream.isAt("number") && !stream.isAt("duration")) stream.unexpected();
  const unsigned = secondsOf(stream, stream.take());
  const seconds = isNegative ? -unsigned : unsigned;
  // What 64 bits hold, though upstream compares seconds with it.
  if (!(Math.abs(seconds) < 2 ** 63)) {
    const shown = Number.isFinite(seconds)
      ? `${BigInt(seconds)}.000000`
      : formatFloat(seconds, "f");
    stream.fail(expr.span, `timestamp out of bounds for @ modifier: ${shown}`);
  }
  return { kind: "time", timestampMs: roundHalfAway(seconds * 1000) };
}

/** Go's `math.Round`, where `Math.round` takes −0.5 to 0. */
function roundHalfAway(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}

function parseExtension(stream: TokenStream, expr: Expr): Expr {
  const { kind } = stream.take();
  const extension = kind === "anchored" ? "anchored" : "smoothed";
  if (!stream.options.extendedRangeSelectors) {
    stream.fail(expr.span, `${extension} modifier is experimental and not enabled`);
  }
  if (expr.kind === "subquery") {
    stream.fail(expr.span, `${extension} modifier is not supported for subqueries`);
  }
  if (expr.kind !== "selector" && expr.kind !== "matrix") {
    return stream.fail(expr.span, `${extension} modifier not implemented`);
  }
  const selector = expr.kind === "selector" ? expr : expr.selector;
  if (selector.extension !== "none" && selector.extension !== extension) {
    stream.fail(expr.span, "anchored and smoothed modifiers cannot be used together");
  }
  const extended: VectorSelector = { ...selector, extension };
  return expr.kind === "selector" ? extended : { ...expr, selector: extended };
}

function timedOf(stream: TokenStream, expr: Expr, modifier: string): Timed {
  if (expr.kind === "selector" || expr.kind === "matrix" || expr.kind === "subquery") return expr;
  return stream.fail(
    expr.span,
    `${modifier} must be preceded by an instant vector selector or range vector selector or a subquery`,
  );
}

function timeOf(timed: Timed): TimeModifiers {
  return timed.kind === "matrix" ? timed.selector.time : timed.time;
}

function withTime(timed: Timed, time: TimeModifiers, end: number): Timed {
  const span = { start: timed.span.start, end };
  if (timed.kind !== "matrix") return { ...timed, span, time };
  return { ...timed, span, selector: { ...timed.selector, time } };
}
