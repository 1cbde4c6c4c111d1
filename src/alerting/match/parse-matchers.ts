/**
 * Matchers in either syntax. By default a text is read in both: what only the older one can read is
 * taken from that, and so is what both read differently; the second is worth a warning.
 */
import { equalMatchers } from "./equal-matchers.ts";
import type { LabelMatcher } from "#series";
import { parseClassicMatchers } from "./classic-matchers.ts";
import { MatcherError } from "./matcher-error.ts";
import { parseUtf8Matchers } from "./utf8-matchers.ts";

export type MatcherSyntax = "classic" | "utf8" | "either";

export interface ParsedMatchers {
  readonly matchers: readonly LabelMatcher[];
  /** What its author should know. */
  readonly warning: string | undefined;
}

/** Throws a `MatcherError`. */
export function parseMatchers(text: string, syntax: MatcherSyntax): ParsedMatchers {
  if (syntax === "classic") return { matchers: parseClassicMatchers(text), warning: undefined };
  if (syntax === "utf8") return { matchers: parseUtf8Matchers(text), warning: undefined };
  const newer = attempt(parseUtf8Matchers, text);
  const older = attempt(parseClassicMatchers, text);
  if (newer instanceof MatcherError) {
    if (older instanceof MatcherError) throw older;
    return { matchers: older, warning: `matchers are not valid UTF-8 matchers: ${newer.message}` };
  }
  if (older instanceof MatcherError || equalMatchers(newer, older)) {
    return { matchers: newer, warning: undefined };
  }
  return { matchers: older, warning: "matchers mean something else as UTF-8 matchers" };
}

/** Reads exactly one matcher, without braces. */
export function parseMatcher(text: string, syntax: MatcherSyntax): LabelMatcher {
  if (syntax !== "classic" && (text.startsWith("{") || text.endsWith("}"))) {
    throw new MatcherError(`unexpected open or close brace: ${text}`);
  }
  const { matchers } = parseMatchers(text, syntax);
  const [matcher] = matchers;
  if (matcher === undefined) throw new MatcherError("no matchers");
  if (matchers.length > 1) throw new MatcherError(`expected 1 matcher, found ${matchers.length}`);
  return matcher;
}

function attempt(
  parse: (text: string) => readonly LabelMatcher[],
  text: string,
): readonly LabelMatcher[] | MatcherError {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof MatcherError) return error;
    throw error;
  }
}
