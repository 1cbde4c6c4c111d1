/** Which receivers a query asks for: by a pattern of their names, and by matchers of their labels. */
import { compileRegex, type LabelMatcher, RegexError } from "#series";
import { MatcherError } from "../match/matcher-error.ts";
import { type MatcherSyntax, parseMatcher } from "../match/parse-matchers.ts";
import { ApiTextError } from "./api-error.ts";

/** A receiver as the API shows it. */
export interface ShownReceiver {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
}

export interface ReceiverFilter {
  readonly hasName: (name: string) => boolean;
  readonly hasLabels: (name: string) => boolean;
}

/** Throws an `ApiTextError` for what is no pattern and no matcher. */
export function receiverFilterOf(
  query: URLSearchParams,
  receivers: readonly ShownReceiver[],
  syntax: MatcherSyntax,
): ReceiverFilter {
  const pattern = query.get("receiver") ?? "";
  const matchers = query.getAll("receiver_matchers").map((text) => matcherOf(text, syntax));
  const byName = new Map(receivers.map((receiver) => [receiver.name, receiver]));
  const regex = pattern === "" ? undefined : regexOf(pattern);
  return {
    hasName: (name) => regex === undefined || regex.test(name),
    hasLabels: (name) => {
      if (matchers.length === 0) return true;
      const labels = byName.get(name)?.labels;
      if (labels === undefined) return false;
      return matchers.every((matcher) => matcher.matches(labels.get(matcher.name) ?? ""));
    },
  };
}

function regexOf(pattern: string) {
  try {
    return compileRegex(pattern, "anchored");
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    // As upstream writes the pattern that it makes of it.
    const problem = error.message.replace("`^(?s:", "`^(?:");
    throw new ApiTextError(`failed to parse receiver param: ${problem}`, { cause: error });
  }
}

function matcherOf(text: string, syntax: MatcherSyntax): LabelMatcher {
  try {
    return parseMatcher(text, syntax);
  } catch (error) {
    if (!(error instanceof MatcherError) && !(error instanceof RegexError)) throw error;
    const problem = `failed to parse receiver_matchers param: ${error.message}`;
    throw new ApiTextError(problem, { cause: error });
  }
}
