import type { LabelMatcher } from "#series";

/**
 * One question to an index that matchers come down to: which series have a value of a label that is
 * in a list, or that passes a test. Its answer narrows the result, or is taken out of it.
 */
export interface Lookup {
  readonly role: "narrow" | "remove";
  readonly name: string;
  readonly values: WantedValues;
}

type WantedValues =
  | { readonly kind: "listed"; readonly values: readonly string[] }
  | { readonly kind: "tested"; readonly test: (value: string) => boolean }
  | { readonly kind: "any" };

export type LookupPlan =
  | { readonly kind: "nothing" }
  | {
      readonly kind: "lookups";
      /** Whether the result starts from every series, because no lookup narrows it. */
      readonly startsFromAll: boolean;
      readonly lookups: readonly Lookup[];
    };

/**
 * Turns matchers into lookups. A matcher that the empty value passes also takes series without the
 * label, which no list has: for such, the values that it does not pass are taken out.
 */
export function planLookups(matchers: readonly LabelMatcher[]): LookupPlan {
  const lookups: Lookup[] = [];
  for (const matcher of matchers) {
    const lookup = lookupFor(matcher);
    if (lookup === "everything") continue;
    if (lookup === "nothing") return { kind: "nothing" };
    lookups.push(lookup);
  }
  const startsFromAll = !lookups.some((lookup) => lookup.role === "narrow");
  return { kind: "lookups", startsFromAll, lookups };
}

function lookupFor(matcher: LabelMatcher): Lookup | "everything" | "nothing" {
  const { name, operator, value, matchesEmpty } = matcher;
  const isRegex = operator === "=~" || operator === "!~";
  if (isRegex && value === ".*") return operator === "=~" ? "everything" : "nothing";
  if (isRegex && value === ".+") {
    return { role: operator === "=~" ? "narrow" : "remove", name, values: { kind: "any" } };
  }
  const isNegative = operator === "!=" || operator === "!~";
  if (!matchesEmpty) {
    // Of `l!=""` and the like every value that the label has.
    if (value === "") return { role: "narrow", name, values: { kind: "any" } };
    return { role: "narrow", name, values: isNegative ? passing(matcher) : described(matcher) };
  }
  if (value === "") return { role: "remove", name, values: { kind: "any" } };
  // What `!=` and `!~` exclude is what they describe: often a short list.
  return { role: "remove", name, values: isNegative ? described(matcher) : failing(matcher) };
}

/** The values that the matcher's text describes, whether it is for or against them. */
function described(matcher: LabelMatcher): WantedValues {
  const { operator, setMatches } = matcher;
  if (setMatches !== undefined) return { kind: "listed", values: setMatches };
  return operator === "=" || operator === "=~" ? passing(matcher) : failing(matcher);
}

function passing(matcher: LabelMatcher): WantedValues {
  return { kind: "tested", test: (value) => matcher.matches(value) };
}

function failing(matcher: LabelMatcher): WantedValues {
  return { kind: "tested", test: (value) => !matcher.matches(value) };
}
