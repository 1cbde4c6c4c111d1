/**
 * Matchers as Alertmanager has read them since 0.22: names of letters, digits, `_` and `:`, values
 * with or without quotes, tolerant about braces. Messages are upstream's.
 */
import { createMatcher, type LabelMatcher, RegexError } from "#series";
import { MatcherError } from "./matcher-error.ts";

export function parseClassicMatchers(text: string): readonly LabelMatcher[] {
  const inside = text.replace(/^\{/, "").replace(/\}$/, "");
  return splitOutsideQuotes(inside).map(parseClassicMatcher);
}

function parseClassicMatcher(text: string): LabelMatcher {
  const [whole = "", name = "", operator = ""] = head.exec(text) ?? [];
  if (whole === "") throw new MatcherError(`bad matcher format: ${text}`);
  const shown = text.slice(whole.length).trim();
  const value = unquoted(shown);
  return matcherOf(operator, name, value);
}

/** Makes a matcher; a value that is no regular expression is told as upstream does. */
export function matcherOf(operator: string, name: string, value: string): LabelMatcher {
  const known = operators.find((one) => one === operator);
  if (known === undefined) throw new MatcherError(`bad matcher format: ${name}${operator}${value}`);
  try {
    return createMatcher(known, name, value);
  } catch (error) {
    if (error instanceof RegexError) throw new MatcherError(error.message);
    throw error;
  }
}

const operators = ["=~", "=", "!=", "!~"] as const;
const head = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|=|!=|!~)/;

function splitOutsideQuotes(text: string): readonly string[] {
  const parts: string[] = [];
  let isQuoted = false;
  let isEscaped = false;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (letter === "," && !isQuoted) {
      parts.push(text.slice(from, at));
      from = at + 1;
      continue;
    }
    if (letter === '"' && !isEscaped) isQuoted = !isQuoted;
    isEscaped = letter === "\\" && !isEscaped;
  }
  const rest = text.slice(from).trim();
  return rest === "" ? parts : [...parts, rest];
}

/** Undoes quotes and the escapes of OpenMetrics; a backslash before anything else is one. */
function unquoted(shown: string): string {
  const isQuoted = shown.startsWith('"');
  const body = isQuoted ? shown.slice(1) : shown;
  let value = "";
  let isClosed = !isQuoted;
  for (let at = 0; at < body.length; at++) {
    const letter = body[at] ?? "";
    if (letter === '"') {
      if (isClosed || at < body.length - 1) throw straightQuote(shown);
      isClosed = true;
    } else if (letter === "\\" && at < body.length - 1) {
      const next = body[++at] ?? "";
      value += next === "n" ? "\n" : next === '"' || next === "\\" ? next : letter + next;
    } else value += letter;
  }
  if (!isClosed) throw straightQuote(shown);
  return value;
}

function straightQuote(shown: string): MatcherError {
  return new MatcherError(`matcher value contains unescaped double quote: ${shown}`);
}
