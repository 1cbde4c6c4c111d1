/**
 * Why a query gave no result: it is wrong in itself (`badData`), failed while it was evaluated
 * (`execution`), ran out of time, was canceled, or the storage behind it failed (`internal`).
 */
export type QueryErrorKind = "badData" | "execution" | "timeout" | "canceled" | "internal";

/** A query's refusal; the message is upstream's. */
export class QueryError extends Error {
  readonly kind: QueryErrorKind;

  constructor(kind: QueryErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "QueryError";
    this.kind = kind;
  }
}

/** What a query was doing when it was stopped; part of the messages below. */
export type QueryPhase = "query queue" | "query execution" | "expression evaluation";

export function queryTimedOut(phase: QueryPhase): QueryError {
  return new QueryError("timeout", `query timed out in ${phase}`);
}

export function queryCanceled(phase: QueryPhase): QueryError {
  return new QueryError("canceled", `query was canceled in ${phase}`);
}

export function tooManySamples(): QueryError {
  return new QueryError(
    "execution",
    "query processing would load too many samples into memory in query execution",
  );
}

/** A refusal that only shows while evaluating. */
export function evaluationFailed(message: string): QueryError {
  return new QueryError("execution", message);
}

export function sameLabelset(): QueryError {
  return evaluationFailed("vector cannot contain metrics with the same labelset");
}
