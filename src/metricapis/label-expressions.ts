/** Label selectors of the API as label matchers of PromQL. */

import type { CompiledLabelSelector, LabelOperator, LabelRequirement } from "#api";
import { compareText, quoteGo } from "#base";
import { RuleError } from "./rule-error.ts";

export interface LabelExpressions {
  /** `code=~"200|204"`. */
  readonly matchers: readonly string[];
  /** What templates see: the values asked for, joined by `|`. */
  readonly valuesByName: ReadonlyMap<string, string>;
}

/** Throws a `RuleError` for comparisons of numbers, which PromQL's matchers do not have. */
export function labelExpressionsOf({ requirements }: CompiledLabelSelector): LabelExpressions {
  return {
    matchers: requirements.map(matcherOf),
    valuesByName: new Map(requirements.map(({ key, values }) => [key, joined(values)])),
  };
}

/** How one value and how several are compared; undefined is refused. */
const comparisons: Readonly<
  Record<LabelOperator, readonly [one: string, many: string] | undefined>
> = {
  "=": ["=", "=~"],
  "==": ["=", "=~"],
  "!=": ["!=", "!~"],
  in: ["=~", "=~"],
  notin: ["!~", "!~"],
  exists: ["!=", "!="],
  "!": ["=", "="],
  gt: undefined,
  lt: undefined,
};

function matcherOf({ key, operator, values }: LabelRequirement): string {
  const comparison = comparisons[operator];
  if (comparison === undefined) throw new RuleError("operator not supported by prometheus");
  const [one, many] = comparison;
  return `${key}${values.length > 1 ? many : one}${quoteGo(joined(values))}`;
}

function joined(values: readonly string[]): string {
  return [...values].sort(compareText).join("|");
}
