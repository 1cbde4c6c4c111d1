import { defaultParserOptions, type ParserOptions } from "#promql";

/** What part of the query language the feature flags switch on. */
export function parserOptions(features: ReadonlySet<string>): ParserOptions {
  return {
    ...defaultParserOptions,
    experimentalFunctions: features.has("promql-experimental-functions"),
    extendedRangeSelectors: features.has("promql-extended-range-selectors"),
    binopFillModifiers: features.has("promql-binop-fill-modifiers"),
  };
}
