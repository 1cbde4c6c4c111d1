import { quoteGo } from "#base";
import type { AggregationOperator, Span } from "./ast.ts";

/**
 * `identifier`, `metric` (a name with colons), a literal, or `eof`; for operators, brackets and
 * keywords their own text, in lower case.
 */
export type TokenKind =
  | "eof"
  | "identifier"
  | "metric"
  | "number"
  | "duration"
  | "string"
  | keyof typeof symbols
  | Keyword;

export type Keyword = keyof typeof keywords;

export interface Token extends Span {
  readonly kind: TokenKind;
  /** As written. */
  readonly text: string;
}

/** How messages show a token: `<op:+>`, `<aggr:sum>`, `<by>` or `"("`. */
type Style = "operator" | "aggregation" | "word" | "quoted";

const symbols = {
  "(": "quoted",
  ")": "quoted",
  "{": "quoted",
  "}": "quoted",
  "[": "quoted",
  "]": "quoted",
  ",": "quoted",
  ":": "quoted",
  "=": "quoted",
  "+": "operator",
  "-": "operator",
  "*": "operator",
  "/": "operator",
  "%": "operator",
  "^": "operator",
  "==": "operator",
  "!=": "operator",
  "<=": "operator",
  "<": "operator",
  ">=": "operator",
  ">": "operator",
  "</": "operator",
  ">/": "operator",
  "=~": "operator",
  "!~": "operator",
  "@": "operator",
} as const satisfies Record<string, Style>;

const keywords = {
  and: "operator",
  or: "operator",
  unless: "operator",
  atan2: "operator",
  sum: "aggregation",
  avg: "aggregation",
  count: "aggregation",
  min: "aggregation",
  max: "aggregation",
  group: "aggregation",
  stddev: "aggregation",
  stdvar: "aggregation",
  topk: "aggregation",
  bottomk: "aggregation",
  count_values: "aggregation",
  quantile: "aggregation",
  limitk: "aggregation",
  limit_ratio: "aggregation",
  offset: "word",
  smoothed: "word",
  anchored: "word",
  by: "word",
  without: "word",
  on: "word",
  ignoring: "word",
  group_left: "word",
  group_right: "word",
  fill: "word",
  fill_left: "word",
  fill_right: "word",
  bool: "word",
  start: "quoted",
  end: "quoted",
  step: "quoted",
  range: "quoted",
  max_of: "quoted",
  min_of: "quoted",
} as const satisfies Record<string, Style>;

const styles: ReadonlyMap<string, Style> = new Map([
  ...Object.entries(symbols),
  ...Object.entries(keywords),
]);

/** Whether a word in lower case means something to the language. */
export function isKeyword(word: string): word is Keyword {
  return Object.hasOwn(keywords, word);
}

export function isAggregationOperator(kind: TokenKind): kind is AggregationOperator {
  return styles.get(kind) === "aggregation";
}

/** Longer texts are cut in messages about what should not be there. */
const quotedTextMax = 10;

/** How upstream's messages name a token: `<op:+>`, `identifier "foo"`, `end of input`. */
export function describeToken({ kind, text }: Token): string {
  switch (styles.get(kind)) {
    case "operator":
      return `<op:${text}>`;
    case "aggregation":
      return `<aggr:${text}>`;
    case "word":
      return `<${text}>`;
    case "quoted":
      return quoteGo(text);
    case undefined:
      return describeOther(kind, text);
  }
}

function describeOther(kind: TokenKind, text: string): string {
  if (kind === "eof") return "end of input";
  if (kind === "identifier") return `identifier ${quoteGo(text)}`;
  if (kind === "metric") return `metric identifier ${quoteGo(text)}`;
  const characters = Array.from(text.slice(0, 2 * quotedTextMax + 2));
  if (characters.length <= quotedTextMax) return `${kind} ${quoteGo(text)}`;
  return `${kind} ${quoteGo(characters.slice(0, quotedTextMax).join(""))}...`;
}
