import { compilePattern, type Regex } from "./regex.ts";
import { regexShape, shapeTest } from "./regex-shape.ts";

/** A condition on one label. An absent label counts as the empty string. */
export interface LabelMatcher {
  readonly operator: MatchOperator;
  readonly name: string;
  /** The literal, or the source of the regular expression (RE2 syntax, anchored at both ends). */
  readonly value: string;
  /** Whether a series without the label matches. */
  readonly matchesEmpty: boolean;
  /**
   * The values that the literal or the expression describes, when these are few: what matches for
   * `=` and `=~`, what is excluded for `!=` and `!~`. May hold the empty string. An index looks
   * them up instead of trying all values.
   */
  readonly setMatches: readonly string[] | undefined;
  /** What every value that fits the literal or the expression begins with; often empty. */
  readonly prefix: string;
  matches(value: string): boolean;
}

export type MatchOperator = "=" | "!=" | "=~" | "!~";

/** Throws a `RegexError` when `value` should be a regular expression and is none. */
export function createMatcher(operator: MatchOperator, name: string, value: string): LabelMatcher {
  const isRegex = operator === "=~" || operator === "!~";
  const test = isRegex ? regexTest(value) : literalTest(value);
  const isNegated = operator === "!=" || operator === "!~";
  const matches = isNegated ? (text: string) => !test.fits(text) : test.fits;
  const { setMatches, prefix } = test;
  return { operator, name, value, matchesEmpty: matches(""), setMatches, prefix, matches };
}

interface ValueTest {
  readonly setMatches: readonly string[] | undefined;
  readonly prefix: string;
  readonly fits: (value: string) => boolean;
}

function literalTest(literal: string): ValueTest {
  return { setMatches: [literal], prefix: literal, fits: (value) => value === literal };
}

/** Prefers string comparisons; what these cannot express runs as an automaton in linear time. */
function regexTest(source: string): ValueTest {
  const shape = regexShape(source);
  const { setMatches, prefix } = shape;
  // What has a shape is valid: the shape's syntax is a part of the expression's.
  const fits = shapeTest(shape) ?? automatonTest(compilePattern(source), prefix);
  return { setMatches, prefix, fits };
}

function automatonTest(regex: Regex, prefix: string): (value: string) => boolean {
  if (prefix === "") return (value) => regex.test(value);
  return (value) => value.startsWith(prefix) && regex.test(value);
}
