/** Whoever answers PromQL: the interface that the metrics APIs need, whoever is behind it. */

export interface PromQueries {
  /** An instant query for this moment. Throws as below. */
  query(text: string, signal: AbortSignal): Promise<QueriedValue>;
  /**
   * Which metrics there were of late among the series that match the selector, and with which labels:
   * one entry for each set of label names.
   *
   * All throw a `QueryRefusal` for text that is wrong, and a `QueriesUnavailable` when nobody answers.
   */
  shapes(selector: string, signal: AbortSignal): Promise<readonly SeriesShape[]>;
  /** Reads a query without running it. */
  check(text: string, signal: AbortSignal): Promise<void>;
}

export interface SeriesShape {
  readonly metric: string;
  /** Names, without that of the metric itself. */
  readonly labels: readonly string[];
}

export type QueriedValue =
  | { readonly kind: "vector"; readonly samples: readonly QueriedSample[] }
  | { readonly kind: "scalar"; readonly value: number; readonly atMs: number }
  /** A matrix or a string, which nothing here can use. */
  | { readonly kind: "other"; readonly type: string };

interface QueriedSample {
  /** With the metric's name as `__name__` where it has one. */
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
  readonly atMs: number;
}

/** The text of a query or selector is wrong, or it asks for too much. */
export class QueryRefusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = "QueryRefusal";
  }
}

/** Nobody answers queries now. */
export class QueriesUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "QueriesUnavailable";
  }
}
