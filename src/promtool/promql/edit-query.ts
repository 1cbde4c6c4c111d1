/** `promtool promql`: queries laid out, and their label matchers changed. */
import { type Expr, mapChildren, parseExpr, prettyExpr, type VectorSelector } from "#promql";
import { createMatcher, type LabelMatcher, type MatchOperator } from "#series";
import { parserOptions } from "../parser-options.ts";
import { exitSuccess, type Surroundings } from "../surroundings.ts";

export function formatQuery(query: string, { console, features }: Surroundings): number {
  console.print(prettyExpr(parseExpr(query, parserOptions(features))));
  return exitSuccess;
}

export interface MatcherChange {
  readonly name: string;
  readonly value: string;
  readonly operator: string;
}

/** Sets a matcher in every selector of the query, in place of those that it has for the label. */
export function setMatcher(
  query: string,
  change: MatcherChange,
  surroundings: Surroundings,
): number {
  const { name, value } = change;
  const matcher = createMatcher(operatorOf(change.operator), name, value);
  return editMatchers(query, surroundings, (matchers) => {
    const isKnown = matchers.some((one) => one.name === name);
    if (!isKnown) return [...matchers, matcher];
    return matchers.map((one) => (one.name === name ? matcher : one));
  });
}

export function deleteMatcher(query: string, name: string, surroundings: Surroundings): number {
  return editMatchers(query, surroundings, (matchers) =>
    matchers.filter((matcher) => matcher.name !== name),
  );
}

function editMatchers(
  query: string,
  { console, features }: Surroundings,
  edit: (matchers: readonly LabelMatcher[]) => readonly LabelMatcher[],
): number {
  const change = (selector: VectorSelector): VectorSelector => ({
    ...selector,
    matchers: edit(selector.matchers),
  });
  console.print(prettyExpr(changeSelectors(parseExpr(query, parserOptions(features)), change)));
  return exitSuccess;
}

function changeSelectors(expr: Expr, change: (selector: VectorSelector) => VectorSelector): Expr {
  if (expr.kind === "selector") return change(expr);
  if (expr.kind === "matrix") return { ...expr, selector: change(expr.selector) };
  return mapChildren(expr, (child) => changeSelectors(child, change));
}

function operatorOf(text: string): MatchOperator {
  switch (text) {
    case "!=":
    case "=~":
    case "!~":
      return text;
    default:
      return "=";
  }
}
