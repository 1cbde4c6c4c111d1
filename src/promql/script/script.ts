/**
 * The commands of PromQL's test language: series to load, queries to evaluate, what to expect.
 *
 * Prometheus describes the behaviour of its query engine in files of this language; `promtool test
 * rules` writes its series in the same notation.
 */
import type { Histogram, Labels, Regex } from "#series";

export type ScriptCommand = ClearCommand | LoadCommand | EvalCommand;

/** Empties the storage. */
interface ClearCommand {
  readonly kind: "clear";
}

/** Appends series whose n-th sample is at n times the step. */
export interface LoadCommand {
  readonly kind: "load";
  readonly stepMs: number;
  /** Also stores classic histograms as native ones with custom buckets. */
  readonly withCustomBuckets: boolean;
  readonly series: readonly LoadedSeries[];
}

export interface LoadedSeries {
  readonly labels: Labels;
  readonly values: readonly SequenceValue[];
  /** When the counter of each sample began, relative to the sample; undefined where it is not known. */
  readonly startOffsetsMs: readonly (number | undefined)[];
}

/** One place in the values of a series. */
export type SequenceValue =
  | { readonly kind: "gap" }
  | { readonly kind: "stale" }
  | { readonly kind: "float"; readonly value: number }
  | {
      readonly kind: "histogram";
      readonly histogram: Histogram;
      /** The counter reset hint was written, and is to be compared. */
      readonly hasHint: boolean;
    };

export interface EvalCommand {
  readonly kind: "eval";
  /** From 1. */
  readonly line: number;
  readonly query: string;
  readonly time: EvalTime;
  readonly expected: Expectation;
}

export type EvalTime =
  | { readonly kind: "instant"; readonly timeMs: number }
  | ({ readonly kind: "range" } & TimeGrid);

export interface TimeGrid {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

export interface Expectation {
  readonly isOrdered: boolean;
  /** Undefined when the query has to succeed; fails must fit all of these. */
  readonly failures: readonly TextPattern[] | undefined;
  readonly warnings: AnnotationExpectation;
  readonly infos: AnnotationExpectation;
  readonly result: ExpectedResult;
}

export interface AnnotationExpectation {
  /** None at all may be there. */
  readonly isForbidden: boolean;
  /** At least one has to be there. */
  readonly isRequired: boolean;
  /** Each fits one that is there, and each that is there fits one of these. */
  readonly patterns: readonly TextPattern[];
}

/** A text that has to be equal, or an expression that has to match in it. */
export type TextPattern =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "regex"; readonly regex: Regex };

export type ExpectedResult =
  | { readonly kind: "scalar"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  /** In order; the grid says when the values are, if there may be several. */
  | {
      readonly kind: "series";
      readonly series: readonly ExpectedSeries[];
      readonly grid: TimeGrid | undefined;
    };

export interface ExpectedSeries {
  readonly labels: Labels;
  readonly values: readonly SequenceValue[];
}

/** A script that is not of the language. */
export class ScriptError extends Error {
  /** From 1. */
  readonly line: number;

  constructor(line: number, problem: string, options?: ErrorOptions) {
    super(`line ${line}: ${problem}`, options);
    this.name = "ScriptError";
    this.line = line;
  }
}
