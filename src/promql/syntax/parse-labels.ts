/** Label matchers in braces, label lists of grouping and matching, and label sets. */
import { quoteGo } from "#base";
import {
  createMatcher,
  type LabelMatcher,
  type Labels,
  labelsOf,
  type MatchOperator,
  metricNameLabel,
  RegexError,
} from "#series";
import { unquote } from "./literal.ts";
import { isKeyword, type Token, type TokenKind } from "./token.ts";
import type { Expectation, TokenStream } from "./token-stream.ts";

/** Keywords that cannot be the name of a metric, because of where they stand in expressions. */
const neverMetrics: ReadonlySet<TokenKind> = new Set<TokenKind>([
  "atan2",
  "bool",
  "group_left",
  "group_right",
  "ignoring",
  "on",
]);

/** Whether a token can be the name of a metric. */
export function isMetricName(kind: TokenKind): boolean {
  return kind === "identifier" || kind === "metric" || (isKeyword(kind) && !neverMetrics.has(kind));
}

/** Whether an expression can begin with this token. */
export function startsExpression(kind: TokenKind): boolean {
  switch (kind) {
    case "number":
    case "duration":
    case "string":
    case "(":
    case "{":
    case "+":
    case "-":
      return true;
    default:
      return isMetricName(kind);
  }
}

/** `{job="api", status=~"5..", "label.x"!="", "metric.name"}`. */
export function parseMatchers(stream: TokenStream): readonly LabelMatcher[] {
  const matchers: LabelMatcher[] = [];
  stream.expect("{");
  while (stream.accept("}") === undefined) {
    matchers.push(parseMatcher(stream));
    if (!stream.isAt("}")) stream.expect(",", matching('"," or "}"'));
  }
  return matchers;
}

function parseMatcher(stream: TokenStream): LabelMatcher {
  const label = stream.accept("identifier") ?? stream.accept("string");
  if (label === undefined) return stream.unexpected(matching('identifier or "}"'));
  const operator = findMatchOperator(stream.peek().kind);
  if (operator === undefined) {
    if (label.kind === "identifier") stream.unexpected(matching("label matching operator"));
    return createMatcher("=", metricNameLabel, unquote(label.text));
  }
  stream.take();
  const value = stream.expect("string", matching("string"));
  try {
    return createMatcher(operator, nameOf(label), unquote(value.text));
  } catch (error) {
    // An expression that is none is the query's fault, with a place in it.
    if (!(error instanceof RegexError)) throw error;
    return stream.fail({ start: label.start, end: value.end }, error.message, { cause: error });
  }
}

function findMatchOperator(kind: TokenKind): MatchOperator | undefined {
  return kind === "=" || kind === "!=" || kind === "=~" || kind === "!~" ? kind : undefined;
}

/** `(job, "label.x")`, as after `by` or `on`. Keywords are names here. */
export function parseLabelNames(stream: TokenStream): readonly string[] {
  const names: string[] = [];
  stream.expect("(", grouping('"("'));
  while (stream.accept(")") === undefined) {
    names.push(parseLabelName(stream));
    if (!stream.isAt(")")) stream.expect(",", grouping('"," or ")"'));
  }
  return names;
}

function parseLabelName(stream: TokenStream): string {
  const token = stream.peek();
  const { kind } = token;
  const isName =
    kind === "identifier" || kind === "metric" || (isKeyword(kind) && kind !== "without");
  if (!isName && kind !== "string") stream.unexpected(grouping("label"));
  stream.take();
  const name = nameOf(token);
  if (name === "") stream.fail(token, `invalid label name for grouping: ${quoteGo(name)}`);
  return name;
}

/** A series as one writes it: `up{job="api"}`, `{"metric.name", job="api"}`, or nothing at all. */
export function parseLabels(stream: TokenStream): Labels {
  const pairs: [string, string][] = [];
  const name = isMetricName(stream.peek().kind) ? stream.take().text : undefined;
  if (stream.accept("{") !== undefined) {
    while (stream.accept("}") === undefined) {
      pairs.push(parseLabel(stream));
      if (!stream.isAt("}")) stream.expect(",", labelSet('"," or "}"'));
    }
  }
  if (name !== undefined) pairs.push([metricNameLabel, name]);
  return labelsOf(pairs);
}

function parseLabel(stream: TokenStream): [string, string] {
  const label = stream.accept("identifier") ?? stream.accept("string");
  if (label === undefined) return stream.unexpected(labelSet('identifier or "}"'));
  if (stream.accept("=") === undefined) {
    if (label.kind === "identifier") stream.unexpected(labelSet('"="'));
    return [metricNameLabel, unquote(label.text)];
  }
  return [nameOf(label), unquote(stream.expect("string", labelSet("string")).text)];
}

function nameOf(token: Token): string {
  return token.kind === "string" ? unquote(token.text) : token.text;
}

function matching(expected: string): Expectation {
  return { place: "label matching", expected };
}

function grouping(expected: string): Expectation {
  return { place: "grouping opts", expected };
}

function labelSet(expected: string): Expectation {
  return { place: "label set", expected };
}
