/** Does the arithmetic in ranges, steps and offsets, for which the query's own range must be known. */
import { unreachable } from "#base";
import type { Duration, DurationLiteral, Expr, TimeModifiers, VectorSelector } from "./ast.ts";
import { mapChildren } from "./walk.ts";

/** The lengths of time of a query that expressions can refer to. */
export interface QueryLengths {
  /** What `step()` is: 0 for instant queries. */
  readonly stepMs: number;
  /** What `range()` is: 0 for instant queries. */
  readonly rangeMs: number;
}

/** A length of time that turned out to be impossible, in upstream's words. */
export class DurationValueError extends Error {
  constructor(duration: Duration, problem: string) {
    super(`${duration.span.start}:${duration.span.end}: ${problem}`);
    this.name = "DurationValueError";
  }
}

/** The expression with all lengths of time as literals. Throws a `DurationValueError`. */
export function resolveDurations(expr: Expr, lengths: QueryLengths): Expr {
  switch (expr.kind) {
    case "selector":
      return withTime(expr, lengths);
    case "matrix": {
      const selector = withTime(expr.selector, lengths);
      const range = resolvePositive(expr.range, lengths);
      if (selector === expr.selector && range === expr.range) return expr;
      return { ...expr, selector, range };
    }
    case "subquery": {
      const time = resolveTime(expr.time, lengths);
      const step = expr.step === undefined ? undefined : resolvePositive(expr.step, lengths);
      const range = resolvePositive(expr.range, lengths);
      return { ...expr, time, step, range, expr: resolveDurations(expr.expr, lengths) };
    }
    default:
      return mapChildren(expr, (child) => resolveDurations(child, lengths));
  }
}

function withTime(selector: VectorSelector, lengths: QueryLengths): VectorSelector {
  const time = resolveTime(selector.time, lengths);
  return time === selector.time ? selector : { ...selector, time };
}

function resolveTime(time: TimeModifiers, lengths: QueryLengths): TimeModifiers {
  const { offset } = time;
  if (offset === undefined || offset.kind === "literal") return time;
  return { ...time, offset: resolve(offset, lengths, "any") };
}

function resolvePositive(duration: Duration, lengths: QueryLengths): DurationLiteral {
  if (duration.kind === "literal") return duration;
  return resolve(duration, lengths, "positive");
}

/** What 64 bits of nanoseconds hold. */
const secondsMax = 2 ** 63 / 1e9;

function resolve(
  duration: Duration,
  lengths: QueryLengths,
  sign: "positive" | "any",
): DurationLiteral {
  const seconds = evaluate(duration, lengths);
  if (!Number.isFinite(seconds)) {
    throw new DurationValueError(duration, "duration is NaN or infinite");
  }
  if (sign === "positive" && seconds <= 0) {
    throw new DurationValueError(duration, "duration must be greater than 0");
  }
  if (Math.abs(seconds) > secondsMax) {
    throw new DurationValueError(duration, "duration is out of range");
  }
  const ms = Math.trunc(seconds * 1000);
  return { kind: "literal", span: duration.span, ms, seconds, isDuration: true };
}

/** In seconds. */
function evaluate(duration: Duration, lengths: QueryLengths): number {
  switch (duration.kind) {
    case "literal":
      return duration.seconds;
    case "step":
      return lengths.stepMs / 1000;
    case "range":
      return lengths.rangeMs / 1000;
    case "plus":
      return evaluate(duration.operand, lengths);
    case "negation":
      return -evaluate(duration.operand, lengths);
    case "min_of":
      return Math.min(evaluate(duration.left, lengths), evaluate(duration.right, lengths));
    case "max_of":
      return Math.max(evaluate(duration.left, lengths), evaluate(duration.right, lengths));
    case "arithmetic":
      return calculate(duration, lengths);
    default:
      return unreachable(duration);
  }
}

function calculate(
  duration: Extract<Duration, { kind: "arithmetic" }>,
  lengths: QueryLengths,
): number {
  const left = evaluate(duration.left, lengths);
  const right = evaluate(duration.right, lengths);
  switch (duration.operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      if (right === 0) throw new DurationValueError(duration, "division by zero");
      return left / right;
    case "%":
      if (right === 0) throw new DurationValueError(duration, "modulo by zero");
      return left % right;
    case "^":
      return power(left, right);
    default:
      return unreachable(duration.operator);
  }
}

/** Go's `math.Pow`, which knows 1 to any power, and −1 to an infinite one, to be 1. */
function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY)) return 1;
  return base ** exponent;
}
