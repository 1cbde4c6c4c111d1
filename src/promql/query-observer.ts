import type { QueryStatistics } from "./result.ts";

/** Who asked a query: a client of the API, or a group of rules. */
export type QueryOrigin =
  | {
      readonly kind: "request";
      readonly clientAddress: string;
      readonly method: string;
      readonly path: string;
    }
  | { readonly kind: "ruleGroup"; readonly file: string; readonly name: string };

/** A query that has an outcome. */
export interface FinishedQuery {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
  /** 0 for an instant query. */
  readonly stepMs: number;
  /** Of a query that failed: only how long it took. */
  readonly statistics: QueryStatistics;
  /** Why it failed; undefined when it did not. */
  readonly error: unknown;
  readonly origin: QueryOrigin | undefined;
}

/** Told of queries: for logs and metrics. */
export interface QueryObserver {
  /** A query has its turn; disposing what it gives ends the turn. */
  running(text: string): Disposable;
  finished(query: FinishedQuery): void;
}

export const noObserver: QueryObserver = {
  running: () => ({ [Symbol.dispose]() {} }),
  finished: () => {},
};
