import { defaultParserOptions, type ParserOptions } from "./syntax/options.ts";

/** How the engine evaluates. */
export interface EngineOptions {
  /** The most samples that a query may hold at once. */
  readonly samplesMax: number;
  /** How long a query may take, waiting included. */
  readonly timeoutMs: number;
  /** How many queries are evaluated at the same time; others wait. */
  readonly runningMax: number;
  /** How old the newest sample of a series may be to stand for it. */
  readonly lookbackMs: number;
  /** The step of a subquery that names none, for its range. */
  readonly defaultSubqueryStepMs: (rangeMs: number) => number;
  /** "delayed": metric names are removed when a query is done, so that functions may still use them. */
  readonly nameRemoval: "delayed" | "immediate";
  /** Whether `__type__` tells counters from gauges, rather than the name's ending. */
  readonly counterSign: "type label" | "name";
  /** Whether functions of counters look at when these began. */
  readonly startTimestamps: "used" | "ignored";
  /** Whether queries may ask for the samples of every step. */
  readonly perStepStatistics: "available" | "off";
  /** What part of the language is understood. */
  readonly syntax: ParserOptions;
}

/** What upstream does without any flag. */
export const defaultEngineOptions: EngineOptions = {
  samplesMax: 50_000_000,
  timeoutMs: 120_000,
  runningMax: 20,
  lookbackMs: 300_000,
  defaultSubqueryStepMs: () => 60_000,
  nameRemoval: "immediate",
  counterSign: "name",
  startTimestamps: "ignored",
  perStepStatistics: "off",
  syntax: defaultParserOptions,
};
