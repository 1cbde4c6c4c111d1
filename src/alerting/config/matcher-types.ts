/** Matchers in the file: `matchers`, and the older maps `match` and `match_re`. */
import { list, mapOf, parsed, text, type YamlType } from "#promconfig";
import type { LabelMatcher } from "#series";
import { matcherOf } from "../match/classic-matchers.ts";
import { type MatcherSyntax, parseMatchers } from "../match/parse-matchers.ts";
import { formatMatchers } from "../route/format-matchers.ts";

/** A list of texts, each with one matcher or several; all have to match. */
export function matchersType(syntax: MatcherSyntax): YamlType<readonly LabelMatcher[]> {
  const texts = list(
    parsed<readonly LabelMatcher[]>({
      goType: "string",
      zero: [],
      parse: (source) => parseMatchers(source, syntax).matchers,
      format: (matchers) => formatMatchers(matchers).slice(1, -1),
      isEmpty: (matchers) => matchers.length === 0,
    }),
    { goType: "config.plain" },
  );
  return {
    ...texts,
    zero: [],
    decode: (node, decoding) => {
      const decoded = texts.decode(node, decoding);
      return decoded === undefined ? undefined : { value: decoded.value.flat() };
    },
    encode: (matchers) => texts.encode(matchers.map((matcher) => [matcher])),
    isEmpty: (matchers) => matchers.length === 0,
  };
}

/** `match: {job: node}`. */
export const equalMatchersType = matcherMap("=");
/** `match_re: {job: node|api}`. */
export const regexMatchersType = matcherMap("=~");

function matcherMap(operator: "=" | "=~"): YamlType<readonly LabelMatcher[]> {
  const texts = mapOf(text);
  return {
    goType: texts.goType,
    zero: [],
    decode: (node, decoding) => {
      const decoded = texts.decode(node, decoding);
      if (decoded === undefined) return undefined;
      const value = [...decoded.value].map(([name, wanted]) => matcherOf(operator, name, wanted));
      return { value };
    },
    isEmpty: (matchers) => matchers.length === 0,
    encode: (matchers) =>
      texts.encode(new Map(matchers.map(({ name, value }) => [name, value] as const))),
  };
}
