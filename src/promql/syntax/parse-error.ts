import type { Span } from "./ast.ts";

/** A query that is not PromQL, or does not type-check. The message is upstream's, with its position. */
export class PromqlError extends Error {
  /** Where in the query's text. */
  readonly span: Span;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in characters. */
  readonly column: number;
  /** The message without its position. */
  readonly problem: string;

  constructor(query: string, span: Span, problem: string) {
    const before = query.slice(0, span.start);
    const line = before.split("\n").length;
    const column = span.start - (before.lastIndexOf("\n") + 1) + 1;
    super(`${line}:${column}: parse error: ${problem}`);
    this.name = "PromqlError";
    this.span = span;
    this.line = line;
    this.column = column;
    this.problem = problem;
  }
}
