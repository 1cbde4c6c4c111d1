/** Metrics by family, as the text format has them: what linting and pushing look at. */

export type FamilyType =
  | "counter"
  | "gauge"
  | "summary"
  | "untyped"
  | "histogram"
  | "gauge_histogram";

export interface TextFamily {
  readonly name: string;
  /** Undefined when there is no HELP line with a text. */
  readonly help: string | undefined;
  readonly type: FamilyType;
  readonly metrics: readonly TextMetric[];
}

/** One metric; a summary or histogram gathers its parts from several lines. */
export interface TextMetric {
  /** As they stand, without those that tell parts apart. */
  readonly labels: readonly (readonly [name: string, value: string])[];
  /** Of what has one value. */
  readonly value: number;
  /** Undefined without a timestamp. */
  readonly timestampMs: number | undefined;
  /** Quantiles of a summary, upper bounds of a histogram: the bound and its value. */
  readonly parts: readonly (readonly [bound: number, value: number])[];
  readonly count: number;
  readonly sum: number;
}

/** A text that breaks the rules of its format. */
export class FamilyError extends Error {
  constructor(line: number, problem: string) {
    super(`text format parsing error in line ${line}: ${problem}`);
    this.name = "FamilyError";
  }
}
