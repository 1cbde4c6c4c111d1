import type { Span } from "./ast.ts";

/** From the beginning of one part of a query to the end of another. */
export function spanOf(first: Span, last: Span): Span {
  return { start: first.start, end: last.end };
}

/**
 * `line:column` of a UTF-16 offset in a query's text, both from 1, as upstream's messages and
 * annotations tell it. Columns count bytes of UTF-8, as upstream does.
 */
export function positionOf(query: string, offset: number): string {
  if (query === "") return "unknown position";
  const before = query.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  const line = before.split("\n").length;
  return `${line}:${byteLength(before.slice(lineStart)) + 1}`;
}

/** How many bytes the text takes in UTF-8. */
export function byteLength(text: string): number {
  return isAscii.test(text) ? text.length : new TextEncoder().encode(text).length;
}

const isAscii = /^[\0-\x7f]*$/;
