import type { Span } from "./ast.ts";
import { positionOf } from "./position.ts";

/** A query that is refused before it runs: it is not PromQL or does not type-check. */
export class PromqlError extends Error {
  /** Where in the query's text. */
  readonly span: Span;
  /** The message without its position. */
  readonly problem: string;

  /** Messages are upstream's, with line and column in front. */
  constructor(query: string, span: Span, problem: string, options?: ErrorOptions) {
    super(`${positionOf(query, span.start)}: parse error: ${problem}`, options);
    this.name = "PromqlError";
    this.span = span;
    this.problem = problem;
  }
}
