import { quoteGo } from "#base";
import type { LabelMatcher } from "#series";

/** Matchers as they are shown and keyed: `{severity="critical",team=~"a|b"}`. */
export function formatMatchers(matchers: readonly LabelMatcher[]): string {
  return `{${matchers.map(formatMatcher).join(",")}}`;
}

function formatMatcher({ name, operator, value }: LabelMatcher): string {
  const shown = needsQuotes.test(name) ? quoteGo(name) : name;
  return `${shown}${operator}${quoteGo(value)}`;
}

/** Nothing, or letters that mean something between names. */
const needsQuotes = /^$|[{}!=~,\\"'`\s]/;
